//! Mirrors with the traits of hiroz-cdr at their best: a pose or a twist is copied as a whole, and a fixed array is read
//! without a `Vec` in between.

use super::{
    generated::{self, with_traits},
    structs,
    zbuf::Zbuf as Bytes,
};

/// Fixed arrays without an allocation.
mod arrays {
    use hiroz_cdr::{CdrReader, Result};

    pub(super) use super::generated::write_array;

    pub(super) fn read_array<BO: byteorder::ByteOrder, const N: usize>(
        reader: &mut CdrReader<'_, BO>,
    ) -> Result<[f64; N]> {
        let mut array = [0.0; N];
        reader.align(align_of::<f64>())?;
        bytemuck::cast_slice_mut(&mut array).copy_from_slice(reader.read_bytes(size_of::<[f64; N]>())?);
        Ok(array)
    }
}

/// Implements the traits of a type that is nothing but numbers in memory.
macro_rules! as_one_array {
    ($name:ident [$($path:ident.$field:ident),*] => $build:expr) => {
        impl ::hiroz_cdr::CdrSerialize for $name {
            fn cdr_serialize<BO: ::byteorder::ByteOrder, B: ::hiroz_cdr::CdrBuffer>(
                &self,
                writer: &mut ::hiroz_cdr::CdrWriter<'_, BO, B>,
            ) {
                writer.write_pod_slice(&[$(self.$path.$field),*]);
            }
        }

        impl ::hiroz_cdr::CdrDeserialize for $name {
            fn cdr_deserialize<'de, BO: ::byteorder::ByteOrder>(
                reader: &mut ::hiroz_cdr::CdrReader<'de, BO>,
            ) -> ::hiroz_cdr::Result<Self> {
                Ok($build(arrays::read_array(reader)?))
            }
        }

        impl ::hiroz_cdr::CdrSerializedSize for $name {
            fn cdr_serialized_size(&self, at: usize) -> usize {
                at.next_multiple_of(align_of::<f64>()) + size_of::<Self>()
            }
        }
    };
}

super::geometry!(structs);
super::messages!(with_traits);

as_one_array!(Pose [position.x, position.y, position.z, orientation.x, orientation.y, orientation.z, orientation.w] =>
|[a, b, c, x, y, z, w]: [f64; 7]| Pose {
    position: Point { x: a, y: b, z: c },
    orientation: Quaternion { x, y, z, w },
});

as_one_array!(Twist [linear.x, linear.y, linear.z, angular.x, angular.y, angular.z] =>
    |[a, b, c, x, y, z]: [f64; 6]| Twist { linear: Vector3 { x: a, y: b, z: c }, angular: Vector3 { x, y, z } });
