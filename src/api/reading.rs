//! Answers of the first load that are read field by field, as their derived readers would read them and at a fifth of the weight.
//! A test in the browser holds each against the derived one.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, Utc};
use keyward_contract::{
    Admin, AdminId, ApiKey, ApiSignIns, BaseUrls, Capabilities, ChangedBy, FieldCode, FieldError, LastChange,
    Organization, OrganizationAccess, OrganizationId, Permissions, Problem, Session, SignInOptions, SsoProvider,
    UpstreamFailure, UpstreamState,
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
            Some(it) => Some(provider(&it)?),
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
    let sign_ins = organization.object("apiSignIns")?;
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
        api_sign_ins: ApiSignIns {
            try_it: sign_ins.word("tryIt"),
            failures: sign_ins.word("failures"),
        },
    })
}

/// The ways to sign in.
pub fn read_sign_in_options(text: &str) -> Option<SignInOptions> {
    let options = Object::parse(text)?;
    Some(SignInOptions {
        password: options.is("password"),
        password_min_length: u8::try_from(count(&options, "passwordMinLength")?).ok()?,
        providers: options
            .objects("providers")
            .iter()
            .map(provider)
            .collect::<Option<_>>()?,
    })
}

/// The key, perhaps in clear.
pub fn read_api_key(text: &str) -> Option<ApiKey> {
    let key = Object::parse(text)?;
    let LastChange {
        last_modified_by,
        last_modified_on,
        version,
    } = last_change(&key)?;
    Some(ApiKey {
        id: id(&key)?,
        status: key.word("status")?,
        last_modified_by,
        last_modified_on,
        version,
        restored: key.word("restored"),
        key: match key.text("key") {
            Some(key) => Some(key.parse().ok()?),
            None => None,
        },
    })
}

/// How current a key at an upstream is, from the answer that has the key.
pub fn read_upstream(text: &str) -> Option<UpstreamState> {
    let upstream = Object::parse(text)?.object("upstream")?;
    let failure = |failure: Object| {
        Some(UpstreamFailure {
            code: failure.word("code")?,
            text: failure.text("text")?,
            retry_after: failure.number("retryAfter").map(|seconds| seconds as u64),
        })
    };
    Some(UpstreamState {
        fetched_on: instant(&upstream, "fetchedOn")?,
        failure: upstream.object("failure").and_then(failure),
        pending_since: instant(&upstream, "pendingSince"),
    })
}

/// Why a request has failed.
pub fn read_problem(text: &str) -> Option<Problem> {
    let problem = Object::parse(text)?;
    // To collect them would bring a sort.
    let mut field_errors = BTreeMap::new();
    for (name, error) in problem.objects_by_name("fieldErrors") {
        field_errors.insert(name, field_error(&error)?);
    }
    Some(Problem {
        code: problem.word("code")?,
        title: problem.text("title")?,
        status: u16::try_from(count(&problem, "status")?).ok()?,
        detail: problem.text("detail"),
        // Sentences for API clients; the page has its own for each code.
        fields: BTreeMap::new(),
        field_errors,
        last_change: problem.object("lastChange").as_ref().and_then(last_change),
        retry_after: problem.number("retryAfter").map(|seconds| seconds as u64),
        request_id: problem.text("requestId"),
    })
}

fn field_error(error: &Object) -> Option<FieldError> {
    let mut read = FieldError::from(error.word::<FieldCode>("code")?);
    read.min = count(error, "min");
    read.max = count(error, "max");
    read.position = count(error, "position");
    read.character = error.text("character");
    read.allowed = error.text("allowed").map(Cow::Owned);
    Some(read)
}

fn last_change(change: &Object) -> Option<LastChange> {
    let by = change.object("lastModifiedBy")?;
    Some(LastChange {
        last_modified_by: ChangedBy {
            id: AdminId(id(&by)?),
            name: by.text("name")?,
        },
        last_modified_on: instant(change, "lastModifiedOn")?,
        version: change.number("version")? as i64,
    })
}

fn provider(provider: &Object) -> Option<SsoProvider> {
    Some(SsoProvider {
        name: provider.text("name")?,
        sign_in: provider.text("signIn")?,
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
