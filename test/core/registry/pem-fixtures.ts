/** DER outlines without content: SEQUENCE {SEQUENCE {}, SEQUENCE {}, BIT STRING}, and SEQUENCE {INTEGER 0}. */
export const certificate = '-----BEGIN CERTIFICATE-----\nMAcwADAAAwEA\n-----END CERTIFICATE-----\n';
export const privateKey = '-----BEGIN PRIVATE KEY-----\nMAMCAQA=\n-----END PRIVATE KEY-----\n';
