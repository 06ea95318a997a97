//! Organizations.

use keyward_contract::{Organization, OrganizationId, paths};

use super::{ApiError, client};

pub(crate) async fn organization_view(id: OrganizationId) -> Result<Organization, ApiError> {
    client::get(&paths::organization(id), None).await?.json()
}
