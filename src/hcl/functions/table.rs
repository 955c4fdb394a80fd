//! Every function of Terraform 1.11.4 with what it takes, but for those that evaluate.

use super::Fault;
use super::arguments::Takes::{Any, BoolList, List, Nullable, Number, Set, Text, TextList, TextListMap};
use super::arguments::{Arguments, Function, Takes};
use super::{
    csv, dates, encodings, files, format, hashes, json, json_read, lists, maps, network, numbers, regexes, sets,
    strings, types, yaml, yaml_write,
};
use crate::hcl::value::Value;

/// The function of this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok().map(|at| &FUNCTIONS[at])
}

type Run = fn(&Arguments<'_>) -> Result<Value, Fault>;

/// A function that is asked only where all its arguments are known.
const fn whole(name: &'static str, parameters: &'static [Takes], rest: Option<Takes>, run: Run) -> Function {
    Function { name, parameters, rest, is_partial: false, run }
}

/// A function that knows what of its result is certain when some of its arguments is not.
const fn partial(name: &'static str, parameters: &'static [Takes], rest: Option<Takes>, run: Run) -> Function {
    Function { name, parameters, rest, is_partial: true, run }
}

/// Sorted by name.
pub(super) const FUNCTIONS: &[Function] = &[
    whole("abs", &[Number], None, numbers::abs),
    whole("abspath", &[Text], None, files::abspath),
    partial("alltrue", &[BoolList], None, types::alltrue),
    partial("anytrue", &[BoolList], None, types::anytrue),
    whole("base64decode", &[Text], None, encodings::base64decode),
    partial("base64encode", &[Text], None, encodings::base64encode),
    whole("base64gzip", &[Text], None, encodings::base64gzip),
    partial("base64sha256", &[Text], None, hashes::base64sha256),
    partial("base64sha512", &[Text], None, hashes::base64sha512),
    whole("basename", &[Text], None, files::basename),
    partial("bcrypt", &[Text], Some(Number), dates::volatile),
    whole("ceil", &[Number], None, numbers::ceil),
    partial("chomp", &[Text], None, strings::chomp),
    partial("chunklist", &[List, Number], None, lists::chunklist),
    whole("cidrhost", &[Text, Number], None, network::cidrhost),
    whole("cidrnetmask", &[Text], None, network::cidrnetmask),
    whole("cidrsubnet", &[Text, Number, Number], None, network::cidrsubnet),
    whole("cidrsubnets", &[Text], Some(Number), network::cidrsubnets),
    partial("coalesce", &[], Some(Nullable), lists::coalesce),
    partial("coalescelist", &[], Some(Nullable), lists::coalescelist),
    partial("compact", &[TextList], None, lists::compact),
    partial("concat", &[], Some(Any), lists::concat),
    partial("contains", &[Any, Any], None, lists::contains),
    whole("csvdecode", &[Text], None, csv::csvdecode),
    whole("dirname", &[Text], None, files::dirname),
    partial("distinct", &[List], None, lists::distinct),
    partial("element", &[Any, Number], None, lists::element),
    partial("endswith", &[Text, Text], None, strings::endswith),
    partial("ephemeralasnull", &[Nullable], None, types::itself),
    whole("file", &[Text], None, files::file),
    whole("filebase64", &[Text], None, encodings::filebase64),
    partial("filebase64sha256", &[Text], None, hashes::filebase64sha256),
    partial("filebase64sha512", &[Text], None, hashes::filebase64sha512),
    whole("fileexists", &[Text], None, files::fileexists),
    partial("filemd5", &[Text], None, hashes::filemd5),
    whole("fileset", &[Text, Text], None, files::fileset),
    partial("filesha1", &[Text], None, hashes::filesha1),
    partial("filesha256", &[Text], None, hashes::filesha256),
    partial("filesha512", &[Text], None, hashes::filesha512),
    partial("flatten", &[Any], None, lists::flatten),
    whole("floor", &[Number], None, numbers::floor),
    partial("format", &[Text], Some(Nullable), format::format),
    partial("formatdate", &[Text, Text], None, dates::formatdate),
    partial("formatlist", &[Text], Some(Nullable), format::formatlist),
    partial("indent", &[Number, Text], None, strings::indent),
    partial("index", &[Any, Any], None, lists::index),
    partial("issensitive", &[Nullable], None, types::issensitive),
    partial("join", &[Text], Some(TextList), strings::join),
    whole("jsondecode", &[Text], None, json_read::jsondecode),
    partial("jsonencode", &[Nullable], None, json::jsonencode),
    partial("keys", &[Any], None, maps::keys),
    partial("length", &[Any], None, lists::length),
    whole("log", &[Number, Number], None, numbers::log),
    partial("lookup", &[Any, Text], Some(Nullable), maps::lookup),
    partial("lower", &[Text], None, strings::lower),
    whole("matchkeys", &[List, List, List], None, lists::matchkeys),
    whole("max", &[], Some(Number), numbers::max),
    partial("md5", &[Text], None, hashes::md5),
    partial("merge", &[], Some(Nullable), maps::merge),
    whole("min", &[], Some(Number), numbers::min),
    partial("nonsensitive", &[Nullable], None, types::itself),
    partial("one", &[Any], None, lists::one),
    partial("parseint", &[Any, Number], None, numbers::parseint),
    whole("pathexpand", &[Text], None, files::pathexpand),
    partial("plantimestamp", &[], None, dates::volatile),
    whole("pow", &[Number, Number], None, numbers::pow),
    whole("range", &[], Some(Number), lists::range),
    whole("regex", &[Text, Text], None, regexes::regex),
    whole("regexall", &[Text, Text], None, regexes::regexall),
    partial("replace", &[Text, Text, Text], None, strings::replace),
    partial("reverse", &[Any], None, lists::reverse),
    whole("rsadecrypt", &[Text, Text], None, encodings::rsadecrypt),
    partial("sensitive", &[Nullable], None, types::itself),
    whole("setintersection", &[Set], Some(Set), sets::setintersection),
    partial("setproduct", &[], Some(Any), sets::setproduct),
    whole("setsubtract", &[Set, Set], None, sets::setsubtract),
    whole("setunion", &[Set], Some(Set), sets::setunion),
    partial("sha1", &[Text], None, hashes::sha1),
    partial("sha256", &[Text], None, hashes::sha256),
    partial("sha512", &[Text], None, hashes::sha512),
    whole("signum", &[Number], None, numbers::signum),
    partial("slice", &[Any, Number, Number], None, lists::slice),
    whole("sort", &[TextList], None, lists::sort),
    partial("split", &[Text, Text], None, strings::split),
    partial("startswith", &[Text, Text], None, strings::startswith),
    partial("strcontains", &[Text, Text], None, strings::strcontains),
    whole("strrev", &[Text], None, strings::strrev),
    partial("substr", &[Text, Number, Number], None, strings::substr),
    whole("sum", &[Any], None, numbers::sum),
    whole("textdecodebase64", &[Text, Text], None, encodings::textdecodebase64),
    whole("textencodebase64", &[Text, Text], None, encodings::textencodebase64),
    whole("timeadd", &[Text, Text], None, dates::timeadd),
    whole("timecmp", &[Text, Text], None, dates::timecmp),
    partial("timestamp", &[], None, dates::volatile),
    whole("title", &[Text], None, strings::title),
    partial("tobool", &[Nullable], None, types::tobool),
    partial("tolist", &[Nullable], None, types::tolist),
    partial("tomap", &[Nullable], None, types::tomap),
    partial("tonumber", &[Nullable], None, types::tonumber),
    partial("toset", &[Nullable], None, types::toset),
    partial("tostring", &[Nullable], None, types::tostring),
    whole("transpose", &[TextListMap], None, maps::transpose),
    partial("trim", &[Text, Text], None, strings::trim),
    partial("trimprefix", &[Text, Text], None, strings::trimprefix),
    partial("trimspace", &[Text], None, strings::trimspace),
    partial("trimsuffix", &[Text, Text], None, strings::trimsuffix),
    partial("upper", &[Text], None, strings::upper),
    whole("urlencode", &[Text], None, encodings::urlencode),
    partial("uuid", &[], None, dates::volatile),
    whole("uuidv5", &[Text, Text], None, hashes::uuidv5),
    partial("values", &[Any], None, maps::values),
    whole("yamldecode", &[Text], None, yaml::yamldecode),
    whole("yamlencode", &[Nullable], None, yaml_write::yamlencode),
    partial("zipmap", &[TextList, Any], None, maps::zipmap),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
        // Terraform 1.11.4 has 118: with can, templatefile, templatestring and try, which evaluate.
        assert_eq!(FUNCTIONS.len() + 4, 118);
    }
}
