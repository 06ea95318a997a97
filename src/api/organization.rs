//! Organizations.

use keyward_contract::{Organization, OrganizationId, OrganizationOverview, paths};

use super::{ApiError, client};

pub(crate) async fn organization_view(id: OrganizationId) -> Result<Organization, ApiError> {
    client::get(&paths::organization(id), None).await?.json()
}

/// Those the admin has a role in, by name.
pub(crate) async fn organizations_overview() -> Result<Vec<OrganizationOverview>, ApiError> {
    client::get(paths::ORGANIZATIONS_OVERVIEW, None).await?.json()
}
