//! Organizations.

use keyward_contract::{Organization, OrganizationId, OrganizationOverview, paths};

use super::{ApiError, client, reading::read_organization};

pub(crate) async fn organization_read(id: OrganizationId) -> Result<Organization, ApiError> {
    let answer = client::get(&paths::organization(id), None).await?;
    read_organization(answer.text()).ok_or(ApiError::Unexpected(answer.status))
}

/// Those the admin has a role in, by name.
pub(crate) async fn organizations_overview() -> Result<Vec<OrganizationOverview>, ApiError> {
    client::read(paths::ORGANIZATIONS_OVERVIEW).await
}
