//! The deployment package of the functions: a zip with the binary `bootstrap`.

/// The name that Lambda looks for in the package.
const NAME: &[u8] = b"bootstrap";

/// What a zip says of a file that Unix made and that may be run: the upper half holds the mode.
const EXECUTABLE: u32 = 0o100_755 << 16;

/// A zip of this binary alone, as it is: packing it would take longer than handing it over.
pub(crate) fn zip(binary: &[u8]) -> anyhow::Result<Vec<u8>> {
    let (size, crc) = (u32::try_from(binary.len())?, crc32fast::hash(binary));
    // What the file's own header and the directory at the end say alike.
    let mut described = Vec::new();
    // Readable since version 2.0, without flags, stored; at midnight on 1 January 1980.
    [20_u16, 0, 0, 0, 0x21].iter().for_each(|field| described.extend(field.to_le_bytes()));
    [crc, size, size].iter().for_each(|field| described.extend(field.to_le_bytes()));
    [u16::try_from(NAME.len())?, 0].iter().for_each(|field| described.extend(field.to_le_bytes()));

    let mut zip = b"PK\x03\x04".to_vec();
    zip.extend(&described);
    zip.extend(NAME);
    zip.extend(binary);

    let directory = zip.len();
    // Made by Unix, version 3.0 of the format.
    zip.extend(b"PK\x01\x02\x1e\x03");
    zip.extend(&described);
    // No comment, on the first disk, not text; then the mode and where the file's header begins.
    zip.extend([0; 6]);
    zip.extend(EXECUTABLE.to_le_bytes());
    zip.extend(0_u32.to_le_bytes());
    zip.extend(NAME);

    let length = zip.len() - directory;
    zip.extend(b"PK\x05\x06");
    // One disk, one file on it.
    [0_u16, 0, 1, 1].iter().for_each(|field| zip.extend(field.to_le_bytes()));
    [length, directory].map(u32::try_from).into_iter().try_for_each(|field| {
        zip.extend(field?.to_le_bytes());
        anyhow::Ok(())
    })?;
    zip.extend(0_u16.to_le_bytes());
    Ok(zip)
}
