//! The OpenAPI document, generated from the handlers. Handlers document what is specific to them; problems that follow from
//! common traits of requests (path, headers, body, sensitivity) are added here.

use keyward_contract::ProblemCode;
use utoipa::{
    OpenApi,
    openapi::{
        self, Content, ContentBuilder, Ref, RefOr, Response, ResponseBuilder,
        path::{Operation, PathItem},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{cloud_api, portal_api, rules, state::AppState, verify};

#[derive(OpenApi)]
#[openapi(info(
    title = "Keyward",
    description = "The portal API (`/api/portal`, for the admin portal, with the session cookie), `/verify` for proxies, and the \
                   cloud service API (`/api/v1`, for scripts, with the cookie of an API session or `Authorization: Bearer` and an access \
                   token of the organization's authorization server). All codes are in `docs/problems.md`."
))]
struct Head;

/// The document.
pub fn document() -> openapi::OpenApi {
    let mut portal = OpenApiRouter::with_openapi(Head::openapi()).merge(portal_api::routes());
    for (path, item) in &mut portal.get_openapi_mut().paths.paths {
        for operation in operations(item) {
            add_problems(path, operation);
        }
    }
    let routes: OpenApiRouter<AppState> = portal.merge(cloud_api::routes()).merge(verify::routes());
    routes.into_openapi()
}

/// The document as indented JSON, with a line feed at its end.
pub fn json() -> Result<String, serde_json::Error> {
    Ok(document().to_pretty_json()? + "\n")
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get, post, put, delete, ..
    } = item;
    [get, post, put, delete].into_iter().flatten()
}

fn add_problems(path: &str, operation: &mut Operation) {
    use ProblemCode as Code;
    let mut named = Vec::new();
    for parameter in operation.parameters.iter().flatten() {
        if let RefOr::T(parameter) = parameter {
            named.push(parameter.name.clone());
        }
    }
    let has = |name: &str| named.iter().any(|it| it == name);
    let within = path.starts_with("/api/portal/orgs/{org}/");
    let signed_in = path.starts_with("/api/portal/orgs") || path.starts_with("/api/portal/account");
    let is_sensitive = rules::Operation::ALL
        .iter()
        .any(|it| it.is_sensitive() && operation.operation_id.as_deref() == Some(&it.id()));
    let id = portal_api::parameters::NOT_FOUND.iter();
    let codes = [
        (signed_in, Code::NotSignedIn),
        (within, Code::PermissionDenied),
        (is_sensitive, Code::FreshPasswordRequired),
        (has("X-Keyward"), Code::CrossSiteRequest),
        (has("org"), Code::OrganizationNotFound),
        (has("X-Keyward") && signed_in, Code::OtherAdmin),
        (has("Idempotency-Key"), Code::InvalidIdempotencyKey),
        (has("Idempotency-Key"), Code::IdempotencyKeyInUse),
        (has("Idempotency-Key"), Code::IdempotencyKeyReused),
        (has("If-Match"), Code::StaleVersion),
        (has("If-Match"), Code::IfMatchRequired),
        (operation.request_body.is_some(), Code::InvalidInput),
        (operation.request_body.is_some(), Code::MalformedBody),
        (operation.request_body.is_some(), Code::UnsupportedMediaType),
        (operation.request_body.is_some(), Code::BodyTooLarge),
    ];
    let of_ids: Vec<Code> = id.filter(|(name, _)| has(name)).map(|(_, code)| *code).collect();
    let general = codes.into_iter().filter(|(is_so, _)| *is_so).map(|(_, code)| code);
    for code in of_ids.into_iter().chain(general) {
        let status = code.status().to_string();
        let word = format!("`{}`", code.as_str());
        match operation.responses.responses.get_mut(&status) {
            Some(RefOr::T(response)) => response.description = format!("{}, {word}", response.description),
            _ => {
                operation.responses.responses.insert(status, problem(&word).into());
            }
        }
    }
    // utoipa gives the handlers' own problems the type of any JSON.
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && response.content.get("application/json").is_some_and(is_problem)
            && let Some(content) = response.content.shift_remove("application/json")
        {
            response.content.insert("application/problem+json".to_owned(), content);
        }
    }
}

fn is_problem(content: &RefOr<Content>) -> bool {
    let RefOr::T(content) = content else { return false };
    matches!(&content.schema, Some(RefOr::Ref(schema)) if schema.ref_location.ends_with("/Problem"))
}

fn problem(description: &str) -> Response {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", body.build())
        .build()
}
