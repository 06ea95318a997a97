//! Who a request of the portal is from, and whether it is theirs: portal sessions, organizations, and requests forged by other
//! sites.

pub mod at_organization;
pub mod denied;
pub mod forgery;
pub mod session;
