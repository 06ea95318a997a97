//! `/api/portal/orgs`

use axum::{Json, extract::State};
use keyward_contract::{
    BaseUrls, KeyOverview, Organization, OrganizationAccess, OrganizationOverview, Permission, Problem as ProblemBody,
};

use super::parameters::InOrganization;
use crate::{
    domain::api_key,
    http::problem::Problem,
    portal_auth::{at_organization::AtOrganization, session::SignedIn},
    rules::Standing,
    state::AppState,
    store::organizations,
};

/// My organizations
///
/// Those the admin has a role in, by name.
#[utoipa::path(get, path = "/api/portal/orgs", tag = "organizations", operation_id = "organizations_list", responses(
    (status = 200, body = Vec<OrganizationAccess>),
))]
pub async fn list(State(app): State<AppState>, signed_in: SignedIn) -> Result<Json<Vec<OrganizationAccess>>, Problem> {
    let mut reader = app.store.read().await?;
    Ok(Json(
        organizations::of_admin(&mut reader, signed_in.requester.admin.id).await?,
    ))
}

/// My organizations and their keys
///
/// Those the admin has a role in, by name, with what the role lets them see of the key.
#[utoipa::path(get, path = "/api/portal/orgs/overview", tag = "organizations", operation_id = "organizations_overview",
    responses((status = 200, body = Vec<OrganizationOverview>)))]
pub async fn overview(
    State(app): State<AppState>,
    signed_in: SignedIn,
) -> Result<Json<Vec<OrganizationOverview>>, Problem> {
    let mut reader = app.store.read().await?;
    let admin = signed_in.requester.admin.id;
    let rows = organizations::overview(&mut reader, admin, &app.live().api).await?;
    let described = rows.into_iter().map(|row| {
        let (organization, permissions) = (row.organization, row.membership.permissions);
        let standing = Standing::new(admin, &row.membership, &organization);
        OrganizationOverview {
            id: organization.id,
            name: organization.name,
            cloud: organization.cloud,
            role: row.membership.role,
            subscription: organization.subscription,
            capabilities: api_key::capabilities(&app, &standing, row.status),
            key: (permissions.api_key_management != Permission::None).then_some(KeyOverview {
                status: row.status,
                last_change: row.last_change,
                live_sessions: row.live_sessions,
            }),
        }
    });
    Ok(Json(described.collect()))
}

/// An organization
///
/// Its subscription, base URLs, and what the admin can currently do with its key.
#[utoipa::path(get, path = "/api/portal/orgs/{org}", tag = "organizations", operation_id = "organization_read",
    params(InOrganization), responses(
    (status = 200, body = Organization),
    (status = 404, body = ProblemBody, description = "`organization-not-found`: it doesn't exist, or the admin has no role in it"),
))]
pub async fn read(State(app): State<AppState>, at: AtOrganization) -> Result<Json<Organization>, Problem> {
    let status = api_key::status(&app, &at).await?;
    let standing = at.standing();
    let capabilities = api_key::capabilities(&app, &standing, status);
    let cloud_service_api = api_key::base_url(&app, &at).await?;
    Ok(Json(Organization {
        id: at.organization.id,
        name: at.organization.name,
        cloud: at.organization.cloud,
        permissions: at.membership.permissions,
        subscription: at.organization.subscription,
        base_urls: BaseUrls { cloud_service_api },
        capabilities,
        api_sign_ins: standing.api_sign_ins(),
    }))
}
