//! A restore: what the service provider took stays taken, roles allow the lesser of both, and servers come back disabled.

use keyward_contract::{ApiPermission, OauthServerSettings, Permission, Permissions, RoleId, Subscription};
use keyward_gateway::{
    domain::operator,
    store::{
        keys::{api_roles, oauth_servers},
        organizations,
        people::{roles, sso},
        recovery::held,
    },
};
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
    database::sqlite_only,
    restore_support::names,
    support::{ADMIN, Acme, PASSWORD, get},
};

/// After a restore the service provider and roles allow the lesser of both.
#[tokio::test]
async fn a_restore_keeps_what_the_provider_disabled() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    let key = acme.key().await;
    let secrets = acme.app.secrets.clone();
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let provider = sso::Provider {
        id: sso::new_id(),
        name: "Gone".to_owned(),
        issuer: "https://id.example".to_owned(),
        client_id: "keyward".to_owned(),
        client_secret: Some(Zeroizing::new("secret".to_owned())),
        claim: "email".to_owned(),
        login_domain: String::new(),
        roles_claim: String::new(),
        scope: String::new(),
    };
    sso::insert(&mut transaction, &secrets, &provider)
        .await
        .expect("a provider");
    let kept = sso::Provider {
        id: sso::new_id(),
        name: "Kept".to_owned(),
        client_id: "other".to_owned(),
        ..provider.clone()
    };
    sso::insert(&mut transaction, &secrets, &kept)
        .await
        .expect("a provider");
    transaction.commit().await.expect("a commit");
    let backup = acme.back_up().await;

    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let now = acme.clock.now();
    let organization = organizations::find(&mut transaction, acme.organization)
        .await
        .expect("read")
        .expect("Acme");
    operator::set_key_enabled(&mut transaction, &secrets, acme.organization, false, now)
        .await
        .expect("disabled");
    operator::set_access_tokens(&mut transaction, &secrets, &organization, false, now)
        .await
        .expect("off");
    let expired = Subscription::Expired;
    operator::set_subscription(&mut transaction, &secrets, &organization, expired, now)
        .await
        .expect("expired");
    sso::delete(&mut transaction, provider.id).await.expect("removed");
    sso::set_client_secret(&mut transaction, &secrets, &kept, "newer")
        .await
        .expect("changed");
    transaction.commit().await.expect("a commit");

    let restored = acme.restore(&backup).await;
    assert_eq!(names(&restored.in_doubt), [""; 0], "the key itself is the same");
    assert_eq!(acme.read().await.json()["status"], "disabled");
    assert!(!acme.api_sign_in(&key, ADMIN, PASSWORD).await.status.is_success());
    let mut reader = acme.app.store.read().await.expect("a reader");
    let found = organizations::find(&mut reader, acme.organization)
        .await
        .expect("read")
        .expect("Acme");
    assert_eq!((found.subscription, found.access_tokens), (expired, false));
    let providers = sso::list(&mut reader, &secrets).await.expect("providers");
    let secret = providers[0].client_secret.as_ref().map(|secret| secret.as_str());
    assert_eq!((providers.len(), providers[0].id, secret), (1, kept.id, Some("newer")));
    drop(reader);

    // Password sign-in stays off after a restore.
    acme.data.execute("UPDATE installation SET password_sign_in = 0");
    let copy = keyward_gateway::store::recovery::backup::open(&backup, acme.data.path())
        .await
        .expect("a backup");
    copy.restore_into(&acme.app.store, &secrets, now)
        .await
        .expect("restored");
    assert_eq!(acme.data.value::<i64>("SELECT password_sign_in FROM installation"), 0);
}

#[tokio::test]
async fn restored_roles_allow_the_lesser_of_both() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    let wide = Permissions {
        api_key_management: Permission::Full,
        reveal: true,
        ..Permissions::NONE
    };
    let narrow = Permissions {
        api_key_management: Permission::View,
        audit_log: true,
        ..Permissions::NONE
    };
    let role = acme.add_role(&acme.cookie, "Custom", wide).await.json();
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let mut of = Vec::new();
    for name in ["narrowed", "deleted", "renamed"] {
        let added = api_roles::insert(&mut transaction, acme.organization, name, ApiPermission::Full).await;
        of.push(added.expect("a role"));
    }
    transaction.commit().await.expect("a commit");
    let backup = acme.back_up().await;
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let id = RoleId(role["id"].as_i64().expect("an id"));
    roles::update(&mut transaction, id, "Custom", narrow)
        .await
        .expect("narrowed");
    api_roles::update(&mut transaction, of[0], "narrowed", ApiPermission::View)
        .await
        .expect("narrowed");
    api_roles::delete(&mut transaction, of[1]).await.expect("deleted");
    api_roles::update(&mut transaction, of[2], "other", ApiPermission::Full)
        .await
        .expect("renamed");
    transaction.commit().await.expect("a commit");
    let restored = acme.restore(&backup).await;
    let narrowed: Vec<&str> = restored.narrowed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(narrowed, ["Custom", "deleted", "narrowed", "renamed"]);
    let mut reader = acme.app.store.read().await.expect("a reader");
    let found = roles::list(&mut reader, acme.organization, Some(id))
        .await
        .expect("roles");
    let lesser = Permissions {
        api_key_management: Permission::View,
        ..Permissions::NONE
    };
    assert_eq!(found[0].permissions, lesser);
    let found = api_roles::list(&mut reader, acme.organization, None)
        .await
        .expect("roles");
    let found: Vec<_> = found.iter().map(|role| (role.name.as_str(), role.permission)).collect();
    let (none, view) = (ApiPermission::None, ApiPermission::View);
    assert_eq!(found, [("deleted", none), ("narrowed", view), ("renamed", none)]);
}

#[tokio::test]
async fn a_changed_or_deleted_server_is_restored_disabled() {
    if !sqlite_only("PostgreSQL has its own backups") {
        return;
    }
    let mut acme = Acme::unlimited().await;
    let settings = OauthServerSettings {
        name: "Identity".to_owned(),
        description: String::new(),
        enabled: true,
        jwks_uri: "https://id.example/jwks".to_owned(),
        certificate_validation: true,
        audience: String::new(),
        issuer: String::new(),
        client_id: String::new(),
    };
    let change = |version| keyward_contract::LastChange {
        last_modified_by: keyward_contract::ChangedBy {
            id: acme.admin.id,
            name: ADMIN.to_owned(),
        },
        last_modified_on: acme.clock.now(),
        version,
    };
    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let added = oauth_servers::insert(&mut transaction, acme.organization, &settings, &change(1)).await;
    let id = added.expect("a server");
    transaction.commit().await.expect("a commit");
    acme.data
        .execute("UPDATE oauth_servers SET jwks = '{\"keys\":[]}', fetched_on = 7");
    let backup = acme.back_up().await;
    let second = change(2);
    let restored = acme.restore(&backup).await;
    assert_eq!(names(&restored.in_doubt), [""; 0]);
    assert_eq!(acme.data.value::<i64>("SELECT fetched_on FROM oauth_servers"), 7);

    // What has been fetched since is what counts, also where that is nothing.
    acme.data.execute("UPDATE oauth_servers SET jwks = NULL");
    acme.restore(&backup).await;
    assert_eq!(
        acme.data.value::<Option<String>>("SELECT jwks FROM oauth_servers"),
        None
    );

    let mut transaction = acme.app.store.write().await.expect("a transaction");
    let audience = OauthServerSettings {
        audience: "keyward".to_owned(),
        ..settings
    };
    oauth_servers::update(&mut transaction, id, &audience, &second)
        .await
        .expect("changed");
    transaction.commit().await.expect("a commit");
    let restored = acme.restore(&backup).await;
    assert_eq!(names(&restored.in_doubt), ["server Identity"]);
    assert!(
        acme.app
            .store
            .oauth_server(acme.organization, None)
            .await
            .expect("read")
            .is_none()
    );
    let shown = acme
        .send(
            get(&acme.path("").replace("api-key", "oauth-servers"))
                .cookie(&acme.cookie)
                .empty(),
        )
        .await;
    let shown = shown.json()["servers"][0].clone();
    assert_eq!(
        (&shown["held"], &shown["settings"]["enabled"]),
        (&json!(true), &json!(false))
    );

    let mut transaction = acme.app.store.write().await.expect("a transaction");
    held::confirm(
        &mut transaction,
        &acme.app.secrets,
        &restored.in_doubt[0],
        acme.clock.now(),
    )
    .await
    .expect("confirmed");
    assert_eq!(names(&held::list(&mut transaction).await.expect("a list")), [""; 0]);
    transaction.commit().await.expect("a commit");
    assert!(
        acme.app
            .store
            .oauth_server(acme.organization, None)
            .await
            .expect("read")
            .is_some()
    );
}
