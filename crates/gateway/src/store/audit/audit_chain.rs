//! The hash chain of the audit log: each row's MAC covers the row and the previous MAC, with a key derived from the master
//! key. Someone who can write to the database but doesn't know the master key can't change, remove, insert or reorder rows
//! without [`verify`] noticing. Only a rollback of the whole log needs a head that was stored elsewhere.

use chrono::{DateTime, TimeZone as _, Utc};
use sqlx::FromRow;

use super::{
    audit_versions::Versions,
    chained_row::{ChainedRow, Message},
};
use crate::{
    random,
    secrets::Secrets,
    store::{Connection, StoreError, Tampering, snapshot},
};

/// How many rows are read or pruned at a time.
const BATCH: i64 = 1000;
/// Before the first row of a log.
const BEGINNING: Link = Link { id: 0, mac: [0; 32] };

/// A row's place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The row.
    pub id: i64,
    /// Its MAC.
    pub mac: [u8; 32],
}

impl Link {
    /// The place of the row that comes next, if it is what was written after this one.
    fn followed_by(self, row: &ChainedRow, secrets: &Secrets) -> Result<Self, Tampering> {
        if row.id <= self.id {
            return Err(Tampering::BeforeStart(row.id));
        }
        let mac = row.mac_after(secrets, &self.mac);
        if row.mac.as_deref() != Some(mac.as_slice()) {
            return Err(Tampering::Row(row.id));
        }
        Ok(Self { id: row.id, mac })
    }
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.id, random::hex(&self.mac))
    }
}

/// Reads what [`Display`](std::fmt::Display) writes.
impl std::str::FromStr for Link {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "it must be ID:MAC, a number and 64 hexadecimal digits, as keyward audit verify prints it";
        let (id, hex) = text.trim().split_once(':').ok_or(FORM)?;
        let mut mac = [0; 32];
        if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(FORM);
        }
        for (byte, digits) in mac.iter_mut().zip(hex.as_bytes().chunks(2)) {
            let digits = std::str::from_utf8(digits).map_err(|_| FORM)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| FORM)?;
        }
        Ok(Self {
            id: id.parse().map_err(|_| FORM)?,
            mac,
        })
    }
}

/// Where the chain begins and ends.
#[derive(Debug, PartialEq, Eq)]
pub struct Chain {
    /// The last row that retention has pruned, or the beginning.
    pub start: Link,
    /// Rows from before this time are pruned.
    pub kept_since: Option<DateTime<Utc>>,
    /// The last row.
    pub head: Link,
    /// Whether sealed values are bound to their versions. It is part of the chain's record, so that values sealed by an
    /// older version can't be rolled back and bound a second time unnoticed.
    pub values_bound: bool,
}

#[derive(FromRow)]
struct ChainRow {
    start_id: i64,
    start_mac: Vec<u8>,
    kept_since: Option<i64>,
    head_id: i64,
    head_mac: Vec<u8>,
    seal: Vec<u8>,
}

impl Chain {
    fn seal(&self, secrets: &Secrets) -> [u8; 32] {
        let mut message = Message::new(if self.values_bound {
            "chain, values bound"
        } else {
            "chain"
        });
        message.number(Some(self.start.id));
        message.bytes(&self.start.mac);
        message.number(self.kept_since.map(|instant| instant.timestamp_millis()));
        message.number(Some(self.head.id));
        message.bytes(&self.head.mac);
        secrets.audit_mac(&message.0)
    }

    /// Reads it; `None` if it is missing or its seal is broken.
    pub(in crate::store) async fn read(
        connection: &mut Connection,
        secrets: &Secrets,
    ) -> Result<Option<Self>, StoreError> {
        let row: Option<ChainRow> = sqlx::query_as(
            "SELECT start_id, start_mac, kept_since, head_id, head_mac, seal FROM audit_chain WHERE id = 1",
        )
        .fetch_optional(connection)
        .await?;
        Ok(row.and_then(|row| {
            let mut chain = Self {
                start: Link {
                    id: row.start_id,
                    mac: row.start_mac.try_into().ok()?,
                },
                kept_since: row
                    .kept_since
                    .map(|millis| Utc.timestamp_millis_opt(millis).single())
                    .unwrap_or_default(),
                head: Link {
                    id: row.head_id,
                    mac: row.head_mac.try_into().ok()?,
                },
                values_bound: true,
            };
            let is_sealed = |chain: &Self| chain.seal(secrets).as_slice() == row.seal;
            if !is_sealed(&chain) {
                chain.values_bound = false;
            }
            is_sealed(&chain).then_some(chain)
        }))
    }

    /// As [`read`](Self::read), for a writer that continues the chain.
    pub(in crate::store) async fn read_intact(
        connection: &mut Connection,
        secrets: &Secrets,
    ) -> Result<Self, StoreError> {
        let chain = Self::read(connection, secrets).await?;
        Ok(chain.ok_or(Tampering::Record)?)
    }

    pub(in crate::store) async fn write(
        &self,
        connection: &mut Connection,
        secrets: &Secrets,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO audit_chain (id, start_id, start_mac, kept_since, head_id, head_mac, seal)
             VALUES (1, $1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO UPDATE SET start_id = excluded.start_id, start_mac = excluded.start_mac,
                 kept_since = excluded.kept_since, head_id = excluded.head_id, head_mac = excluded.head_mac,
                 seal = excluded.seal",
        )
        .bind(self.start.id)
        .bind(self.start.mac.as_slice())
        .bind(self.kept_since.map(|instant| instant.timestamp_millis()))
        .bind(self.head.id)
        .bind(self.head.mac.as_slice())
        .bind(self.seal(secrets).as_slice())
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Begins the chain, with the rows that are there already: those of a version that had none.
pub async fn begin(connection: &mut Connection, secrets: &Secrets, values_bound: bool) -> Result<(), StoreError> {
    let mut head = BEGINNING;
    loop {
        let rows = rows_after(connection, head.id, head.id).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            head = Link {
                id: row.id,
                mac: row.mac_after(secrets, &head.mac),
            };
            sqlx::query("UPDATE audit_log SET mac = $2 WHERE id = $1")
                .bind(head.id)
                .bind(head.mac.as_slice())
                .execute(&mut *connection)
                .await?;
        }
    }
    let chain = Chain {
        start: BEGINNING,
        kept_since: None,
        head,
        values_bound,
    };
    chain.write(connection, secrets).await
}

/// `proven` is the last verified row.
async fn rows_after(connection: &mut Connection, id: i64, proven: i64) -> Result<Vec<ChainedRow>, StoreError> {
    let rows = sqlx::query_as(
        // Named one by one: a running gateway goes on while a newer version adds a column.
        "SELECT id, logged_on, organization_id, action, category, sub_category, resource, admin_id, admin_name,
                client_address, interface, result, reason, before_change, after_change, request_id, mac
         FROM audit_log WHERE id > $1 ORDER BY id LIMIT $2",
    )
    .bind(id)
    .bind(BATCH)
    .fetch_all(connection)
    .await;
    match rows {
        Err(sqlx::Error::ColumnDecode { .. }) => Err(Tampering::Unreadable(proven).into()),
        rows => Ok(rows?),
    }
}

/// The last row of the log; 0 where there is none.
pub async fn last_row(connection: &mut Connection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("SELECT head_id FROM audit_chain WHERE id = 1")
        .fetch_one(connection)
        .await?)
}

/// Since when the log is complete: earlier rows were pruned. `None` if nothing was pruned.
pub async fn kept_since(connection: &mut Connection) -> Result<Option<DateTime<Utc>>, StoreError> {
    let millis: Option<i64> = sqlx::query_scalar("SELECT kept_since FROM audit_chain WHERE id = 1")
        .fetch_optional(connection)
        .await?
        .flatten();
    Ok(millis.and_then(|millis| Utc.timestamp_millis_opt(millis).single()))
}

/// Prunes the oldest rows, those before the first one logged at `since` or later, in batches. Returns how many it pruned: 0
/// when done. Rows are verified first, so that pruning can't cover up tampering.
///
/// # Errors
/// When the database fails, or the rows to prune were tampered with; then nothing was pruned.
pub async fn cut(connection: &mut Connection, secrets: &Secrets, since: DateTime<Utc>) -> Result<u64, StoreError> {
    let chain = Chain::read_intact(connection, secrets).await?;
    let rows = rows_after(connection, i64::MIN, chain.start.id).await?;
    // Clocks go back at times. Only the oldest end is pruned: rows after a younger one stay.
    let old = rows.iter().take_while(|row| row.logged_on < since.timestamp_millis());
    let start = old
        .into_iter()
        .try_fold(chain.start, |at, row| at.followed_by(row, secrets))?;
    if start == chain.start {
        return Ok(0);
    }
    let cut = sqlx::query("DELETE FROM audit_log WHERE id <= $1")
        .bind(start.id)
        .execute(&mut *connection)
        .await?;
    let chain = Chain {
        start,
        kept_since: Some(since),
        ..chain
    };
    chain.write(connection, secrets).await?;
    Ok(cut.rows_affected())
}

/// What [`verify`] found.
#[derive(Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many rows there are.
    pub rows: u64,
    /// How many keys, tokens and secrets were verified.
    pub sealed: u64,
    /// Where the chain begins and ends.
    pub chain: Chain,
}

/// Recomputes the whole chain, and compares the keys, tokens and secrets with their last entries.
///
/// # Errors
/// The first place where the log was tampered with, or that the database failed.
pub async fn verify(
    connection: &mut Connection,
    secrets: &Secrets,
    noted: Option<Link>,
) -> Result<Verified, StoreError> {
    // One snapshot of the database, regardless of concurrent writes.
    let mut snapshot = snapshot(connection).await?;
    let chain = Chain::read_intact(&mut snapshot, secrets).await?;
    let (mut at, mut count, mut read) = (chain.start, 0, i64::MIN);
    let mut versions = Versions::default();
    let mut noted_is_there = noted.is_none_or(|noted| noted == at);
    loop {
        let rows = rows_after(&mut snapshot, read, at.id).await?;
        let Some(last) = rows.last() else { break };
        read = last.id;
        for row in &rows {
            at = at.followed_by(row, secrets)?;
            versions.note(row);
            count += 1;
            noted_is_there |= noted == Some(at);
        }
    }
    if at != chain.head {
        return Err(Tampering::End(at.id).into());
    }
    match noted {
        Some(noted) if !noted_is_there && noted.id < chain.start.id => Err(Tampering::HeadCutOff(noted.id).into()),
        Some(noted) if !noted_is_there => Err(Tampering::Head(noted.id).into()),
        _ => Ok(Verified {
            rows: count,
            // A version that did not bind values has nothing to compare.
            sealed: match chain.values_bound {
                true => versions.check(&mut snapshot, secrets).await?,
                false => 0,
            },
            chain,
        }),
    }
}
