//! Mirrors with the traits of hiroz-cdr as hiroz's code generator writes them.

use super::{
    generated::{self, self as arrays, with_traits},
    zbuf::Zbuf as Bytes,
};

super::geometry!(with_traits);
super::messages!(with_traits);
