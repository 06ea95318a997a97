//! placeholder
use anyhow::Result;
pub(crate) fn bench(_: &[String]) -> Result<()> {
    Ok(())
}
