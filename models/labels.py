"""The label and state codes of the house, in the order in which pages show them."""

KINDS = ("laporan", "tanya", "opini", "info", "luar")

CATEGORIES = (
    "macet",
    "kecelakaan",
    "kriminal",
    "kebakaran",
    "kebersihan",
    "sampah",
    "banjir",
    "bencana",
    "pelanggaran",
    "jalan_rusak",
    "penerangan_jalan",
    "parkir",
    "kaki_lima",
    "pengemis",
    "pohon_tumbang",
    "fasilitas_umum",
    "transportasi_umum",
    "layanan_publik",
    "lainnya",
)

SENTIMENTS = ("negatif", "netral", "positif")

REPORT_STATES = (
    "draf",
    "diverifikasi",
    "dikirim",
    "menunggu",
    "proses",
    "selesai",
    "ditolak",
    "digabung",
)

ROLES = ("administrator", "official", "verifier", "poll_creator")

SCOPES = ("posts:read", "trends:read", "reports:read", "reports:write")

# From the vaguest to the most exact; a place never claims more than it knows.
PRECISIONS = ("kota", "kecamatan", "kelurahan", "street", "point", "rt_rw", "coordinate")
