//! A Terraform plan in the stead of the configuration: what is published now, and what would be.

use super::Unusable;
use crate::config::ConfigError;
use crate::formats::plan::{self, Plan};
use crate::hcl::providers;
use crate::hcl::resource::Resource;
use crate::inputs::Planned;
use crate::text::{Bytes, FileId, Source, Step};

/// The output of `terraform show -json`, as it is handed over.
#[derive(Clone, Debug)]
pub struct PlanFile {
    /// Its path as shown.
    pub path: String,
    /// Its bytes.
    pub text: Bytes,
    /// The directory of the root module that it is of, relative to the root of the repository: paths in it begin there.
    pub directory: String,
}

/// A plan that was read.
pub(super) struct ReadPlan {
    pub(super) file: FileId,
    pub(super) source: Source,
    directory: String,
    plan: Plan,
}

impl ReadPlan {
    pub(super) fn new(plan: &PlanFile, file: FileId) -> Result<Self, Unusable> {
        let source = Source { path: plan.path.as_str().into(), text: plan.text.clone(), is_private: true };
        let directory = plan.directory.clone();
        match plan::read(file, &plan.text, &providers::knows) {
            Ok(mut plan) => {
                plan.before.iter_mut().chain(&mut plan.after).for_each(name);
                Ok(Self { file, source, directory, plan })
            }
            Err(error) => {
                Err(Unusable { errors: vec![ConfigError { place: error.place, message: error.message }], source })
            }
        }
    }

    /// What is published now.
    pub(super) fn before(&self) -> Planned<'_> {
        // What there is stands in the state that the plan was made from, whole.
        Planned { resources: &self.plan.before, partial: None, directory: &self.directory }
    }

    /// What would be published.
    pub(super) fn after(&self) -> Planned<'_> {
        Planned { resources: &self.plan.after, partial: self.plan.partial.as_ref(), directory: &self.directory }
    }
}

/// Lines of a plan tell nobody anything: every finding in it names its resource.
fn name(resource: &mut Resource) {
    let what = format!("in the plan: `{}`", resource.address).into();
    resource.way.push(Step { place: resource.place, what });
}
