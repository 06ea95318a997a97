//! Answers of the first load that are read field by field, as their derived readers would read them and at a fifth of the weight.
//! A test in the browser holds each against the derived one.

use chrono::{DateTime, Utc};
use keyward_contract::{
    Admin, AdminId, BaseUrls, Capabilities, Organization, OrganizationAccess, OrganizationId, Permissions, Session,
    SsoProvider,
};

use crate::browser::json::Object;

/// Who is signed in.
pub fn read_session(text: &str) -> Option<Session> {
    let session = Object::parse(text)?;
    let admin = session.object("admin")?;
    Some(Session {
        admin: Admin {
            id: AdminId(id(&admin)?),
            name: admin.text("name")?,
        },
        organizations: session
            .objects("organizations")
            .iter()
            .map(access)
            .collect::<Option<_>>()?,
        expires_at: instant(&session, "expiresAt")?,
        expires_in: count(&session, "expiresIn")?,
        provider: match session.object("provider") {
            Some(provider) => Some(SsoProvider {
                name: provider.text("name")?,
                sign_in: provider.text("signIn")?,
            }),
            None => None,
        },
        has_password: session.is("hasPassword"),
        clock_doubted: session.is("clockDoubted"),
    })
}

/// An organization, and what can be done there.
pub fn read_organization(text: &str) -> Option<Organization> {
    let organization = Object::parse(text)?;
    let can = organization.object("capabilities")?;
    Some(Organization {
        id: OrganizationId(id(&organization)?),
        name: organization.text("name")?,
        cloud: organization.text("cloud")?,
        permissions: permissions(&organization)?,
        subscription: organization.word("subscription")?,
        base_urls: BaseUrls {
            cloud_service_api: organization.object("baseUrls")?.text("cloudServiceApi")?,
        },
        capabilities: Capabilities {
            add: can.word("add"),
            edit: can.word("edit"),
            regenerate: can.word("regenerate"),
            delete: can.word("delete"),
            reveal: can.word("reveal"),
        },
    })
}

fn access(access: &Object) -> Option<OrganizationAccess> {
    Some(OrganizationAccess {
        id: OrganizationId(id(access)?),
        name: access.text("name")?,
        role: access.text("role")?,
        permissions: permissions(access)?,
    })
}

fn permissions(of: &Object) -> Option<Permissions> {
    let may = of.object("permissions")?;
    Some(Permissions {
        api_key_management: may.word("apiKeyManagement")?,
        reveal: may.is("reveal"),
        audit_log: may.is("auditLog"),
        admin_management: may.is("adminManagement"),
        api_access: may.is("apiAccess"),
    })
}

fn id(object: &Object) -> Option<i64> {
    object.number("id").map(|id| id as i64)
}

#[inline(never)]
pub(super) fn count(object: &Object, name: &str) -> Option<u32> {
    object.number(name).map(|number| number as u32)
}

#[inline(never)]
pub(super) fn instant(object: &Object, name: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(&object.text(name)?).ok()?;
    Some(instant.to_utc())
}
