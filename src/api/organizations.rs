//! Organizations.

use keyward_contract::{Organization, OrganizationId, OrganizationOverview, paths};

use super::{ApiError, client};

pub(crate) async fn organization_read(id: OrganizationId) -> Result<Organization, ApiError> {
    client::read(&paths::organization(id)).await
}

/// Those the admin has a role in, by name.
pub(crate) async fn organizations_overview() -> Result<Vec<OrganizationOverview>, ApiError> {
    client::read(paths::ORGANIZATIONS_OVERVIEW).await
}
