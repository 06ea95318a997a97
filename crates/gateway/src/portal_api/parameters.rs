//! Shared parameters of the portal API: identifiers in paths, and headers, with their descriptions.

use std::{convert::Infallible, marker::PhantomData, str::FromStr};

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use keyward_contract::{AdminId, ApiRoleId, OauthServerId, ProblemCode, RoleId, SandboxTokenId, SessionId};
use utoipa::{
    IntoParams,
    openapi::{
        KnownFormat, ObjectBuilder, Required, SchemaFormat, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{
    http::{preconditions::Preconditions, problem::Problem},
    portal_auth::at_organization::AtOrganization,
    rules::Operation,
    state::AppState,
};

/// An identifier that can be in a path.
pub trait InPath: FromStr {
    /// What the path calls it.
    const NAME: &str;
    /// What it identifies.
    const OF: &str;
    /// That nothing has it.
    const NOT_FOUND: ProblemCode;
}

macro_rules! in_path {
    ($($id:ty: $name:literal, $of:literal, $not_found:ident;)*) => {
        $(impl InPath for $id {
            const NAME: &str = $name;
            const OF: &str = $of;
            const NOT_FOUND: ProblemCode = ProblemCode::$not_found;
        })*

        /// What is answered where nothing has the identifier, by its name in paths.
        pub const NOT_FOUND: &[(&str, ProblemCode)] = &[$(($name, ProblemCode::$not_found),)*];
    };
}

in_path! {
    AdminId: "admin", "admin", AdministratorNotFound;
    ApiRoleId: "api_role", "API role", ApiRoleNotFound;
    OauthServerId: "server", "authorization server", OauthServerNotFound;
    RoleId: "role", "role", RoleNotFound;
    SandboxTokenId: "token", "token", SandboxTokenNotFound;
    SessionId: "session", "session", SessionNotFound;
}

/// The identifier in a path. Parsed when it is needed, because permissions are checked first.
pub struct Id<T>(Option<T>);

impl<T: InPath> Id<T> {
    /// The identifier.
    ///
    /// # Errors
    /// The problem of its kind, where the path holds something that can be none.
    pub fn found(self) -> Result<T, Problem> {
        self.0.ok_or_else(|| T::NOT_FOUND.into())
    }
}

impl<T: InPath, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let segments = RawPathParams::from_request_parts(parts, state).await.ok();
        let text = segments.as_ref().and_then(|segments| {
            let mut named = segments.iter().filter(|(name, _)| *name == T::NAME);
            named.next().map(|(_, text)| text)
        });
        Ok(Self(text.and_then(|text| text.parse().ok())))
    }
}

impl<T: InPath> IntoParams for Id<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![in_path(T::NAME, T::OF)]
    }
}

/// A change that an admin asks for at an organization.
pub struct ChangeRequest {
    /// What the handlers have at hand.
    pub app: AppState,
    /// The admin, and the organization.
    pub at: AtOrganization,
    /// Which version is meant, and what makes it safe to repeat.
    pub preconditions: Preconditions,
}

impl ChangeRequest {
    /// Refuses an admin whose role doesn't grant the operation, or who has to re-authenticate for it.
    ///
    /// # Errors
    /// As of [`AtOrganization::may`].
    pub fn may(&self, operation: Operation) -> Result<(), Problem> {
        self.at.may(&self.app, operation)
    }
}

impl FromRequestParts<AppState> for ChangeRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        Ok(Self {
            app: app.clone(),
            at: AtOrganization::from_request_parts(parts, app).await?,
            preconditions: Preconditions::from_request_parts(parts, app).await?,
        })
    }
}

/// The organization in a path.
pub struct InOrganization(PhantomData<()>);

impl IntoParams for InOrganization {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![in_path("org", "organization")]
    }
}

fn in_path(name: &str, of: &str) -> Parameter {
    let integer = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(format!("Identifier of the {of}")))
        .schema(Some(integer))
        .build()
}

/// The header of every unsafe request (CSRF protection): other sites can't send it.
pub struct Marked(PhantomData<()>);

/// The headers of a change.
pub struct Repeatable(PhantomData<()>);

/// The headers of a change of something that has versions.
pub struct Versioned(PhantomData<()>);

impl IntoParams for Marked {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![header("X-Keyward", "`1`", Required::True)]
    }
}

impl IntoParams for Repeatable {
    fn into_params(of: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut headers = Marked::into_params(of);
        let what = "A UUID that makes the request safe to repeat";
        headers.push(header("Idempotency-Key", what, Required::False));
        headers
    }
}

impl IntoParams for Versioned {
    fn into_params(of: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut headers = Repeatable::into_params(of);
        headers.insert(
            1,
            header("If-Match", "The ETag of what is to be changed", Required::True),
        );
        headers
    }
}

fn header(name: &str, description: &str, required: Required) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}
