//! Host names of single organizations.

use std::str::FromStr;

use keyward_contract::OrganizationId;
use url::{Host, Url};

use super::PublicUrl;

/// A list of host names, each of which stands for one organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganizationHosts(Vec<(OrganizationId, String)>);

impl OrganizationHosts {
    /// The organization that `name`, in lower case, stands for.
    pub fn organization(&self, name: &str) -> Option<OrganizationId> {
        let mut hosts = self.0.iter();
        hosts.find(|(_, host)| host == name).map(|(id, _)| *id)
    }

    /// The first host name of an organization.
    pub fn host(&self, organization: OrganizationId) -> Option<&str> {
        let mut hosts = self.0.iter();
        hosts.find(|(id, _)| *id == organization).map(|(_, host)| host.as_str())
    }

    /// Refuses the host of the portal, which isn't served under these names, and that of the API of all organizations.
    pub(super) fn differ_from(&self, addresses: [&PublicUrl; 2]) -> Result<(), String> {
        let host = |address: &PublicUrl| Url::parse(address.origin()).ok()?.host_str().map(str::to_owned);
        let taken = addresses
            .into_iter()
            .filter_map(host)
            .find(|host| self.organization(host).is_some());
        taken.map_or(Ok(()), |host| {
            Err(format!(
                "{host} is the host of public-url or public-api-url, which are for all organizations"
            ))
        })
    }
}

const FORM: &str = "it must be identifiers of organizations with a host name each, without port and with commas between them, \
                    such as 2=zsapi.acme.example,3=zsapi.other.example, or none";

impl FromStr for OrganizationHosts {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut hosts = Self::default();
        if text == "none" {
            return Ok(hosts);
        }
        for part in text.split(',') {
            let (id, name) = part.split_once('=').ok_or(FORM)?;
            let id = id.trim().parse().ok().filter(|id| *id > 0).ok_or(FORM)?;
            // IDNA and lower case, as clients send it. Addresses have no names to tell organizations apart by.
            let name = match Host::parse(name.trim().trim_end_matches('.')) {
                Ok(Host::Domain(name)) if !name.contains('*') => name,
                _ => return Err(FORM),
            };
            if hosts.organization(&name).is_some() {
                return Err("each host name can stand for one organization only");
            }
            hosts.0.push((OrganizationId(id), name));
        }
        Ok(hosts)
    }
}
