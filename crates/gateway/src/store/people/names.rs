//! Migrates logins and names of older versions to their canonical form, and lists those that collide.

use keyward_contract::AdminId;
use sqlx::{Any, AssertSqlSafe, Connection as _, Row as _, any::AnyArguments, query::Query};

use crate::{
    names,
    store::{Connection, StoreError},
};

/// Tables with names that are compared, each beside the one that it is compared by.
const NAMED: [&str; 4] = ["organizations", "roles", "sandbox_tokens", "sso_providers"];

/// An account whose login is not in the form in which logins are compared. It is signed in to by its login exactly as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// Which account.
    pub id: AdminId,
    /// Its login.
    pub name: String,
    /// What is wrong with it; none where it is another account's login in another form.
    pub fault: Option<String>,
}

/// Migrates logins and names to the canonical form of `names`, once for each version of its rules. Collisions stay as they
/// were: the account already in canonical form, or else the oldest one, gets the login. Returns how many logins were
/// changed.
pub async fn migrate(connection: &mut Connection) -> Result<u32, StoreError> {
    let rules: i64 = sqlx::query_scalar("SELECT name_rules FROM installation")
        .fetch_one(&mut *connection)
        .await?;
    if rules >= names::RULES {
        return Ok(0);
    }
    let changed = migrate_logins(connection).await?;
    for table in NAMED {
        migrate_names(connection, table).await?;
    }
    sqlx::query("UPDATE installation SET name_rules = $1")
        .bind(names::RULES)
        .execute(&mut *connection)
        .await?;
    Ok(changed)
}

async fn migrate_logins(connection: &mut Connection) -> Result<u32, StoreError> {
    let rows = sqlx::query("SELECT id, name, login FROM admins ORDER BY created_on, id")
        .fetch_all(&mut *connection)
        .await?;
    let mut changed = 0;
    for row in rows {
        let (id, name, login): (i64, String, String) =
            (row.try_get("id")?, row.try_get("name")?, row.try_get("login")?);
        let kept = names::unmistakable(&name).unwrap_or_else(|_| name.clone());
        let folded = names::fold_login(&name);
        if folded == login && kept == name {
            continue;
        }
        let update = sqlx::query("UPDATE admins SET name = $2, login = $3 WHERE id = $1")
            .bind(id)
            .bind(kept)
            .bind(folded);
        changed += u32::from(unless_taken(connection, update).await?);
    }
    Ok(changed)
}

async fn migrate_names(connection: &mut Connection, table: &str) -> Result<(), StoreError> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "SELECT id, name, folded_name FROM {table} ORDER BY id"
    )))
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let (id, name, was): (i64, String, String) =
            (row.try_get("id")?, row.try_get("name")?, row.try_get("folded_name")?);
        let folded = names::fold_name(&name);
        if folded == was {
            continue;
        }
        let statement = format!("UPDATE {table} SET name = $2, folded_name = $3 WHERE id = $1");
        let update = sqlx::query(AssertSqlSafe(statement))
            .bind(id)
            .bind(names::name(&name))
            .bind(folded);
        unless_taken(connection, update).await?;
    }
    Ok(())
}

/// Executes an update unless another row has the name already: within a savepoint, since PostgreSQL goes on with a transaction only
/// from there.
async fn unless_taken(connection: &mut Connection, update: Query<'_, Any, AnyArguments>) -> Result<bool, StoreError> {
    let mut savepoint = connection.begin().await?;
    match update.execute(&mut *savepoint).await.map_err(StoreError::from) {
        Ok(_) => {
            savepoint.commit().await?;
            Ok(true)
        }
        Err(error) if error.is_duplicate() => {
            savepoint.rollback().await?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// The accounts whose logins could not be brought into the form.
pub async fn collisions(connection: &mut Connection) -> Result<Vec<Collision>, StoreError> {
    let rows = sqlx::query("SELECT id, name, login FROM admins ORDER BY login")
        .fetch_all(connection)
        .await?;
    let mut found = Vec::new();
    for row in rows {
        let (name, login): (String, String) = (row.try_get("name")?, row.try_get("login")?);
        let fault = match names::of_organization(&name) {
            Some(_) => None,
            None => names::login(&name).err().map(|error| error.to_string()),
        };
        if fault.is_some() || names::fold_login(&name) != login {
            found.push(Collision {
                id: AdminId(row.try_get("id")?),
                name,
                fault,
            });
        }
    }
    Ok(found)
}
