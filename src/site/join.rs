//! From declarations to Sites.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::candidates::{self, POLICY_HOST, RECORD, TLSRPT};
use super::conflicts;
use super::contents::Contents;
use super::namespace::{Namespace, Question, ViewIndex};
use super::views::Directories;
use super::{
    Address, Conflict, Declared, DeclaredPolicy, DeclaredZone, Host, Misplaced, Mx, Picture, PolicyText, Promise,
    Publication, RrSet, ServedPolicy, Site, StsText, TlsrptText, Unknown, Unplaced, Unreceivable, View, ZoneSource,
    misplaced, shared_id, texts,
};
use crate::dns::{Data, Name, Record, Rtype};
use crate::mta_sts::tlsrpt;
use crate::parallel::{self, Progress};
use crate::text::{Place, Reason, Traced};
use crate::zone::Zone;

/// Works out every Site of every View.
pub fn join(mut declared: Declared) -> Picture {
    let unread = std::mem::take(&mut declared.unread);
    let mut plan = Plan::new(declared);
    plan.read();
    let mut sites = plan.sites();
    let policies = plan.publish(&mut sites);
    leave_alias_targets_out(&mut sites);
    find_protected_parents(&mut sites);
    shared_id::find(&mut sites);
    let mut unplaced = std::mem::take(&mut plan.unplaced);
    unplaced.extend(policies.iter().filter_map(of_nobody));
    let files = plan.namespace.contents.into_iter().filter_map(Contents::into_file);
    Picture { sites, policies, zones: files.chain(plan.nameless).collect(), unplaced, unread }
}

/// The zones in their Views, and the domains to make Sites of.
struct Plan {
    views: Vec<View>,
    numbers: FxHashMap<View, ViewIndex>,
    namespace: Namespace,
    /// Zones that nothing gives a name: they answer for nothing.
    nameless: Vec<Zone>,
    /// Per View and domain: what is misplaced for it. Every domain of a View has an entry.
    domains: BTreeMap<(Name, ViewIndex), Vec<Misplaced>>,
    declared: Vec<DeclaredPolicy>,
    promises: Vec<Promise>,
    unplaced: Vec<Unplaced>,
    /// The policies of each View, by domain, in the order declared.
    policies: FxHashMap<(ViewIndex, Name), Vec<usize>>,
}

impl Plan {
    fn new(declared: Declared) -> Self {
        let Declared { zones, policies, promises, unplaced, .. } = declared;
        let directories = Directories::of(&zones, &policies);
        let lone = only_candidate(&zones, &policies);
        let mut plan = Self {
            views: vec![View::default()],
            numbers: FxHashMap::from_iter([(View::default(), 0)]),
            namespace: Namespace::default(),
            nameless: Vec::new(),
            domains: BTreeMap::new(),
            declared: policies,
            promises,
            unplaced,
            policies: FxHashMap::default(),
        };
        for zone in zones {
            plan.add_zone(zone, &directories);
        }
        plan.add_policies(&directories, lone.as_ref());
        plan
    }

    fn add_zone(&mut self, declared: DeclaredZone, directories: &Directories) {
        let DeclaredZone { zone, home, .. } = declared;
        let (apex, zone) = match (zone.apex().cloned(), zone) {
            (Some(apex), zone) => (apex, zone),
            (None, ZoneSource::File(zone)) => return self.nameless.push(zone),
            (None, ZoneSource::Listed(_)) => return,
        };
        let views: Vec<ViewIndex> = directories.views_of(&home).iter().map(|view| self.index_of(view)).collect();
        for view in &views {
            self.add_domains(*view, &zone, &apex);
        }
        let index = self.namespace.contents.len();
        self.namespace.contents.push(Contents::new(zone, apex));
        for view in views {
            self.namespace.serve(view, index);
        }
    }

    fn add_domains(&mut self, view: ViewIndex, zone: &ZoneSource, apex: &Name) {
        let mut slipped: BTreeSet<&Name> = BTreeSet::new();
        for record in zone.records() {
            let Data::Txt(text) = &record.data else { continue };
            if let Some((domain, found)) = misplaced::find(text, record, apex) {
                slipped.insert(&record.owner.name);
                self.domains.entry((domain, view)).or_default().push(found);
            }
        }
        let in_place = zone.records().iter().filter(|record| !slipped.contains(&record.owner.name));
        for domain in candidates::domains(in_place) {
            self.domains.entry((domain, view)).or_default();
        }
        if let ZoneSource::Listed(listing) = zone {
            for domain in candidates::hinted(listing.gaps.iter()) {
                self.domains.entry((domain, view)).or_default();
            }
        }
    }

    fn add_policies(&mut self, directories: &Directories, lone: Option<&Name>) {
        for index in 0..self.declared.len() {
            let policy = &self.declared[index];
            let domains: Vec<Name> = match (&policy.domains[..], &policy.beside[..]) {
                ([], [only]) => vec![only.clone()],
                ([], []) => lone.cloned().into_iter().collect(),
                (domains, _) => domains.to_vec(),
            };
            for view in directories.views_of(&policy.home) {
                let view = self.index_of(&view);
                for domain in &domains {
                    self.policies.entry((view, domain.clone())).or_default().push(index);
                    if view != 0 || self.views_with(domain).is_empty() {
                        self.domains.entry((domain.clone(), view)).or_default();
                    }
                }
            }
        }
    }

    fn views_with(&self, domain: &Name) -> Vec<ViewIndex> {
        let start = (domain.clone(), 0);
        self.domains.range(start..).take_while(|((name, _), _)| name == domain).map(|((_, view), _)| *view).collect()
    }

    fn index_of(&mut self, view: &View) -> ViewIndex {
        let next = self.views.len();
        let index = *self.numbers.entry(view.clone()).or_insert(next);
        if index == next {
            self.views.push(view.clone());
        }
        index
    }

    /// Reads from the zones what the Sites will be made of.
    fn read(&mut self) {
        let mut questions: Vec<Question> = Vec::new();
        for (domain, view) in self.domains.keys() {
            let names = [RECORD, POLICY_HOST, TLSRPT].into_iter().filter_map(|labels| domain.child(labels));
            // The apex exists, and its MX records are kept; of any other name it matters what else is there.
            let is_apex = self.namespace.is_apex(*view, domain);
            let own = (!is_apex).then(|| domain.clone());
            questions.extend(names.chain(own).map(|name| (*view, name)));
        }
        self.namespace.read(questions);
        let mut hosts: Vec<Question> = Vec::new();
        for (domain, view) in self.domains.keys() {
            let answer = self.namespace.resolve(*view, domain, Rtype::Mx);
            let exchanges = answer.values.iter().filter_map(|record| match &record.data {
                Data::Mx { exchange, .. } if !exchange.name.is_root() => Some(&exchange.name),
                _ => None,
            });
            hosts.extend(exchanges.map(|name| (*view, name.clone())));
        }
        for (domain, view) in self.domains.keys() {
            let Some(name) = domain.child(TLSRPT) else { continue };
            for text in self.namespace.resolve(*view, &name, Rtype::Txt).values.into_iter().filter_map(text_of) {
                let parsed = tlsrpt::parse(text.bytes());
                hosts.extend(parsed.mailboxes().map(|(_, domain)| (*view, domain.clone())));
            }
        }
        self.namespace.read(hosts);
    }

    fn sites(&mut self) -> Vec<Site> {
        let domains = std::mem::take(&mut self.domains);
        let domains: Vec<((Name, ViewIndex), Vec<Misplaced>)> = domains.into_iter().collect();
        let site = |at: usize| {
            let ((domain, view), misplaced) = &domains[at];
            self.site(domain.clone(), *view, misplaced.clone())
        };
        parallel::map(domains.len(), &Progress::default(), site).into_iter().flatten().collect()
    }

    fn site(&self, domain: Name, view: ViewIndex, misplaced: Vec<Misplaced>) -> Option<Site> {
        let texts = |labels| Some(telling(self.namespace.resolve(view, &domain.child(labels)?, Rtype::Txt)));
        let record = texts(RECORD)?.map(|record| Some(StsText::of(text_of(record)?, record)));
        let tlsrpt = texts(TLSRPT)?.map(|record| Some(self.tlsrpt(view, text_of(record)?, record)));
        let mx = self.namespace.resolve(view, &domain, Rtype::Mx).map(|record| self.mx(view, record));
        let zone = self.namespace.pieces(view, &domain).map(|pieces| pieces.first());
        Some(Site {
            zone: zone.map(Contents::home),
            record,
            policy: Publication::nowhere(),
            policy_host: self.addresses(view, &domain.child(POLICY_HOST)?),
            mx,
            tlsrpt,
            misplaced,
            conflicts: conflicts::of_zones(&self.namespace, view, &domain),
            protected_parent: None,
            shared_id: None,
            view: self.views[view].clone(),
            domain,
        })
    }

    fn tlsrpt(&self, view: ViewIndex, text: &Traced, record: &Record) -> TlsrptText {
        let mut text = TlsrptText::of(text, record);
        for (span, domain) in text.parsed.mailboxes() {
            let mx = self.namespace.resolve(view, domain, Rtype::Mx);
            let has_address = || {
                let addresses = self.addresses(view, domain);
                addresses.unknown.is_some() || !addresses.values.is_empty()
            };
            let is_null =
                |record: &&Record| matches!(&record.data, Data::Mx { exchange, .. } if exchange.name.is_root());
            let null = mx.values.iter().copied().find(is_null).filter(|_| mx.values.len() == 1);
            // RFC 5321 §5.1: without MX mail goes to the domain's own address.
            let takes_none = null.is_some() || mx.is_absent() && !has_address();
            if takes_none {
                let null = null.map(|record| record.place);
                text.unreceivable.push(Unreceivable { span, domain: domain.clone(), null });
            }
        }
        text
    }

    fn addresses(&self, view: ViewIndex, host: &Name) -> RrSet<Address> {
        let v4 = self.namespace.resolve(view, host, Rtype::A);
        let v6 = self.namespace.resolve(view, host, Rtype::Aaaa);
        let unknown = v6.unknown;
        let mut both = v4.map(address_of);
        both.values.extend(v6.values.into_iter().filter_map(address_of));
        both.unknown = both.unknown.or(unknown);
        both
    }

    fn mx(&self, view: ViewIndex, record: &Record) -> Option<Mx> {
        let Data::Mx { preference, exchange } = &record.data else { return None };
        let mut addresses = self.addresses(view, &exchange.name);
        let host = match (addresses.aliases.is_empty(), addresses.unknown.take()) {
            (false, _) => Host::Alias(addresses.aliases.swap_remove(0)),
            (true, _) if !addresses.values.is_empty() => Host::Address,
            (true, Some(unknown)) => Host::Unknown(unknown),
            (true, None) => Host::Missing { zone: addresses.zone.unwrap_or_else(Name::root) },
        };
        Some(Mx { preference: *preference, exchange: exchange.clone(), place: record.place, host })
    }

    /// Gives every Site its policy, and lists each policy with the domains that it serves.
    fn publish(&self, sites: &mut [Site]) -> Vec<ServedPolicy> {
        let mut served: Vec<ServedPolicy> = Vec::new();
        let mut at: FxHashMap<*const PolicyText, usize> = FxHashMap::default();
        for policy in &self.declared {
            let Ok(text) = &policy.text else { continue };
            let index = *at.entry(Arc::as_ptr(text)).or_insert_with(|| {
                served.push(ServedPolicy::new(Arc::clone(text)));
                served.len() - 1
            });
            served[index].served.extend(policy.served.clone());
        }
        let promises = Promises::new(&self.promises);
        let hidden = self.hidden_policy();
        for sites in sites.chunk_by_mut(|a, b| a.domain == b.domain) {
            let common = common_policy_takers(sites);
            for (site, takes_common) in sites.iter_mut().zip(common) {
                let find = |view| self.policies.get(&(view, site.domain.clone())).map(Vec::as_slice);
                let own = find(self.numbers[&site.view]);
                let policies = own.or_else(|| find(0).filter(|_| takes_common)).unwrap_or_default();
                let policies: Vec<&DeclaredPolicy> = policies.iter().map(|index| &self.declared[*index]).collect();
                let texts: Vec<&Arc<PolicyText>> =
                    policies.iter().filter_map(|policy| policy.text.as_ref().ok()).collect();
                let Some(first) = texts.first() else {
                    let reason = policies.iter().find_map(|policy| policy.text.as_ref().err());
                    let unknown = |reason| Publication::Unknown(Unknown::of(reason));
                    site.policy = match (reason, promises.of(&site.domain)) {
                        (Some(reason), _) => unknown(reason),
                        (None, Some(place)) => Publication::Absent { promised: place },
                        (None, None) => hidden.map_or_else(Publication::nowhere, unknown),
                    };
                    continue;
                };
                site.conflicts.extend(policy_conflict(first, &texts[1..]));
                site.policy = Publication::Here(Arc::clone(first));
                for text in &texts {
                    served[at[&Arc::as_ptr(text)]].serve(&site.domain, &site.mx);
                }
            }
        }
        for policy in &mut served {
            policy.domains.sort_unstable();
            policy.domains.dedup();
        }
        served
    }

    /// Why a policy may be declared that no domain could be found for, or that is in a module which was not read.
    fn hidden_policy(&self) -> Option<&Reason> {
        let of_nobody = self.declared.iter().filter(|policy| policy.domains.is_empty());
        let mut unread = of_nobody.filter_map(|policy| policy.text.as_ref().err());
        unread.next().or_else(|| self.unplaced.iter().find(|found| found.may_hold_policies).map(|found| &found.reason))
    }
}

/// A policy that a resource serves, and nothing tells for which domain.
fn of_nobody(policy: &ServedPolicy) -> Option<Unplaced> {
    let served = policy.served.first().filter(|_| policy.domains.is_empty())?;
    let why = "nothing here tells which domain the policy is for; [[policy]] in mtasts.toml can say it";
    Some(Unplaced { what: Arc::clone(&served.by), reason: Reason::at(served.place, why), may_hold_policies: false })
}

/// The configuration's promises, by domain.
struct Promises<'a> {
    by_domain: FxHashMap<&'a Name, Place>,
    any: Option<Place>,
}

impl<'a> Promises<'a> {
    fn new(promises: &'a [Promise]) -> Self {
        let by_domain = promises.iter().filter_map(|promise| Some((promise.domain.as_ref()?, promise.place)));
        let any = promises.iter().find(|promise| promise.domain.is_none()).map(|promise| promise.place);
        Self { by_domain: by_domain.collect(), any }
    }

    /// Where the policy of a domain is promised.
    fn of(&self, domain: &Name) -> Option<Place> {
        self.by_domain.get(domain).copied().or(self.any)
    }
}

/// The domain of a policy that does not say whose it is: the only one with a record, else the only one with mail.
fn only_candidate(zones: &[DeclaredZone], policies: &[DeclaredPolicy]) -> Option<Name> {
    if policies.len() > 1 {
        return None;
    }
    let only = |wanted: &dyn Fn(&Record) -> bool| {
        let records = zones.iter().flat_map(|zone| zone.zone.records());
        let found = candidates::domains(records.filter(|record| wanted(record)));
        (found.len() == 1).then(|| found.into_iter().next()).flatten()
    };
    let has_record = |record: &Record| record.owner.name.first_label() == RECORD;
    only(&has_record).or_else(|| only(&|record| matches!(record.data, Data::Mx { .. })))
}

/// Which Sites of one domain take the policy that is common to all Views: those that publish a record, so that an
/// internal View without MTA-STS is left in peace; else the first.
fn common_policy_takers(sites: &[Site]) -> Vec<bool> {
    let any = sites.iter().any(Site::has_record);
    sites.iter().enumerate().map(|(at, site)| if any { site.has_record() } else { at == 0 }).collect()
}

fn policy_conflict(first: &PolicyText, others: &[&Arc<PolicyText>]) -> Option<Conflict> {
    // Of what is not known in part nothing can be said.
    let differs = |other: &&&Arc<PolicyText>| {
        other.text.bytes() != first.text.bytes() && other.text.is_wholly_certain() && first.text.is_wholly_certain()
    };
    let others: Vec<Place> = others.iter().filter(differs).map(|other| other.text.whole()).collect();
    (!others.is_empty()).then(|| Conflict { what: "the policy", first: first.text.whole(), others })
}

/// The answer without the texts of which not even the kind is known.
fn telling(mut answer: RrSet<&Record>) -> RrSet<&Record> {
    let hidden = answer.values.iter().find_map(|record| {
        let text = text_of(record).filter(|text| !texts::tells_its_kind(text))?;
        Some(text.first_hole().map_or(Unknown { why: super::Why::PartOfZone, place: None }, Unknown::of))
    });
    if hidden.is_some() {
        answer.values.retain(|record| text_of(record).is_none_or(texts::tells_its_kind));
        answer.unknown = answer.unknown.or(hidden);
    }
    answer
}

/// A record to which another domain's CNAME leads (`_mta-sts.customer.vendor.example`) makes no mail domain of its parent.
fn leave_alias_targets_out(sites: &mut Vec<Site>) {
    let targets: BTreeSet<Name> =
        sites.iter().flat_map(|site| &site.record.aliases).map(|alias| alias.target.name.clone()).collect();
    sites.retain(|site| {
        let is_bare = site.mx.values.is_empty() && site.policy.text().is_none() && site.policy_host.values.is_empty();
        !(is_bare && targets.contains(&site.record.name))
    });
}

fn find_protected_parents(sites: &mut [Site]) {
    let protected: BTreeSet<(Name, View)> =
        sites.iter().filter(|site| site.has_mta_sts()).map(|site| (site.domain.clone(), site.view.clone())).collect();
    for site in sites.iter_mut().filter(|site| !site.has_mta_sts()) {
        let mut above = site.domain.parent();
        while let Some(name) = above.take() {
            let key = (name, site.view.clone());
            if protected.contains(&key) {
                site.protected_parent = Some(key.0);
            } else {
                above = key.0.parent();
            }
        }
    }
}

fn text_of(record: &Record) -> Option<&Traced> {
    match &record.data {
        Data::Txt(text) => Some(text),
        _ => None,
    }
}

fn address_of(record: &Record) -> Option<Address> {
    let ip = match record.data {
        Data::A(ip) => ip.into(),
        Data::Aaaa(ip) => ip.into(),
        _ => return None,
    };
    Some(Address { ip, place: record.place })
}
