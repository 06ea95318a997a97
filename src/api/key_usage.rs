//! Who uses the key of an organization.

use keyward_contract::{
    AdminId, FormerKey, FormerKeyClient, KeyClient, KeyGuessing, KeyUsage, LastFailure, OrganizationId, paths,
};

use super::{
    ApiError, client,
    reading::{count, instant},
};
use crate::browser::json::Object;

pub(crate) async fn key_usage_read(org: OrganizationId) -> Result<KeyUsage, ApiError> {
    let answer = client::get(&paths::key_usage(org), None).await?;
    read_key_usage(answer.text()).ok_or(ApiError::Unexpected(answer.status))
}

/// Reads the answer as its derived reader would, at a fifth of the weight.
pub fn read_key_usage(text: &str) -> Option<KeyUsage> {
    let usage = Object::parse(text)?;
    let former = |former: Object| {
        Some(FormerKey {
            replaced_on: instant(&former, "replacedOn")?,
            watched_until: instant(&former, "watchedUntil")?,
            clients: former
                .objects("clients")
                .iter()
                .map(former_client)
                .collect::<Option<_>>()?,
        })
    };
    Some(KeyUsage {
        clients: usage.objects("clients").iter().map(client).collect::<Option<_>>()?,
        more_clients: usage.is("moreClients"),
        live_sessions: count(&usage, "liveSessions")?,
        sessions_per_hour: usage
            .numbers("sessionsPerHour")
            .into_iter()
            .map(|opened| opened as u32)
            .collect(),
        hours_since: instant(&usage, "hoursSince")?,
        former_key: match usage.object("formerKey") {
            Some(it) => Some(former(it)?),
            None => None,
        },
        guessing: match usage.object("guessing") {
            Some(it) => Some(KeyGuessing {
                since: instant(&it, "since")?,
                last_on: instant(&it, "lastOn")?,
            }),
            None => None,
        },
        last_failure: match usage.object("lastFailure") {
            Some(it) => Some(LastFailure {
                reason: it.text("reason")?,
                on: instant(&it, "on")?,
            }),
            None => None,
        },
        age_hint_days: count(&usage, "ageHintDays")?,
    })
}

fn client(client: &Object) -> Option<KeyClient> {
    let (admin_id, admin_name, client_address, user_agent) = who(client)?;
    Some(KeyClient {
        admin_id,
        admin_name,
        client_address,
        user_agent,
        sessions_last_day: count(client, "sessionsLastDay")?,
        sessions_last_month: count(client, "sessionsLastMonth")?,
        live_sessions: count(client, "liveSessions")?,
        last_seen_on: instant(client, "lastSeenOn")?,
    })
}

fn former_client(client: &Object) -> Option<FormerKeyClient> {
    let (admin_id, admin_name, client_address, user_agent) = who(client)?;
    Some(FormerKeyClient {
        admin_id,
        admin_name,
        client_address,
        user_agent,
        attempts: count(client, "attempts")?,
        first_seen_on: instant(client, "firstSeenOn")?,
        last_seen_on: instant(client, "lastSeenOn")?,
    })
}

#[inline(never)]
fn who(client: &Object) -> Option<(AdminId, String, String, Option<String>)> {
    Some((
        AdminId(client.number("adminId")? as i64),
        client.text("adminName")?,
        client.text("clientAddress")?,
        client.text("userAgent"),
    ))
}
