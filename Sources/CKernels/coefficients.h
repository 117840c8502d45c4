// Made by Tests/Kernels/coefficients.py; ascending degree. Do not edit.
#ifndef ETUDE_KERNELS_COEFFICIENTS_H
#define ETUDE_KERNELS_COEFFICIENTS_H

// (e^x - 1 - x) / x^2, |x| <= 0.3467;
// relative error below 2^-57, the rounding of the coefficients included.
static const double EXP_POLYNOMIAL[11] = {
  0x1.0000000000000p-1, 0x1.5555555555557p-3, 0x1.5555555555556p-5,
  0x1.11111111100d3p-7, 0x1.6c16c16c162cfp-10, 0x1.a01a01abeccc3p-13,
  0x1.a01a01a6db488p-16, 0x1.71de02225a2f3p-19, 0x1.27e4db5bb725ap-22,
  0x1.af4e092e1705bp-26, 0x1.1f7315649f2d7p-29};

// (log((1 + s) / (1 - s)) - 2 s) / s^3 in z = s^2, s <= 0.1716;
// relative error below 2^-53, the rounding of the coefficients included.
static const double LOG_POLYNOMIAL[9] = {
  0x1.5555555555555p-1, 0x1.9999999999998p-2, 0x1.249249249295ap-2,
  0x1.c71c71c64c6c3p-3, 0x1.745d17d365b46p-3, 0x1.3b137b2ece4b9p-3,
  0x1.111d2832da699p-3, 0x1.debeb0e5d87adp-4, 0x1.e6b14bf92c37cp-4};

// (sin x - x) / x^3 in z = x^2, |x| <= pi / 4;
// relative error below 2^-53, the rounding of the coefficients included.
static const double SIN_POLYNOMIAL[7] = {
  -0x1.5555555555555p-3, 0x1.1111111111110p-7, -0x1.a01a01a019936p-13,
  0x1.71de3a54605eep-19, -0x1.ae64541266378p-26, 0x1.61217ec01749cp-33,
  -0x1.ab17a792379c1p-41};

// (cos x - 1 + x^2 / 2) / x^4 in z = x^2, |x| <= pi / 4;
// relative error below 2^-53, the rounding of the coefficients included.
static const double COS_POLYNOMIAL[7] = {
  0x1.5555555555555p-5, -0x1.6c16c16c16c16p-10, 0x1.a01a01a019d0ap-16,
  -0x1.27e4fb7712bdfp-22, 0x1.1eed8deb6d561p-29, -0x1.9394b9c9c20a3p-37,
  0x1.ab78337696280p-45};

// erf x / x - 1 in w = x^2 - 1/2, x <= 1;
// absolute error below 2^-56, the rounding of the coefficients included.
static const double ERF_POLYNOMIAL[14] = {
  -0x1.1ae14dc34815ap-5, -0x1.1fd16292151fdp-2, 0x1.454368017b042p-4,
  -0x1.2b902b7b2f224p-6, 0x1.c82aa249df4a1p-9, -0x1.263991b81d62bp-11,
  0x1.486638bc93477p-14, -0x1.429e938bb4cd6p-17, 0x1.1ad5ee09c168ap-20,
  -0x1.bf8e5acd30d2ep-24, 0x1.428e75dc1a0a9p-27, -0x1.aad6f66b3bb3dp-31,
  0x1.0613a50c59aa5p-34, -0x1.29b6758efffb1p-38};

// erfc(x) e^(x^2) in t = (x - 2.5) / (x + 2.5), 1 <= x <= 6;
// relative error below 2^-52, the rounding of the coefficients included.
static const double ERFC_POLYNOMIAL[20] = {
  0x1.afbb3f3b7343bp-3, -0x1.7ca88dec217a6p-2, 0x1.01c11a735cd98p-2,
  -0x1.0011543716c91p-3, 0x1.470ba1f67e9fbp-5, -0x1.05bb2fe5bf529p-8,
  -0x1.5a5716ce5434bp-9, 0x1.cb3b61b96c77ap-11, 0x1.def2ca6a714b7p-13,
  -0x1.0e4669402bccdp-13, -0x1.1ebe5af760efbp-15, 0x1.384ce8c55be0cp-16,
  0x1.fb04480071cf1p-18, -0x1.34789d8f861ebp-19, -0x1.e79f819bb167bp-20,
  0x1.42f04a0d9129bp-24, 0x1.a1b6ef1a1c887p-22, 0x1.73d1da535cf98p-24,
  -0x1.efb2d44bca345p-25, -0x1.116d92c751117p-25};

// (log((1 + s) / (1 - s)) - 2 s) / s^3 in z = s^2, s <= 2^-7;
// relative error below 2^-54, the rounding of the coefficients included.
static const double POW_LOG_POLYNOMIAL[5] = {
  0x1.5555555555555p-1, 0x1.999999999999ap-2, 0x1.249249249268ep-2,
  0x1.c71c719b29cecp-3, 0x1.746985d3714e6p-3};

// h coth h in z = h^2, |h| <= log 2 / 4;
// relative error below 2^-39, the rounding of the coefficients included.
static const double SHORT_COTH[4] = {
  0x1.0000000001787p+0, 0x1.5555553cda527p-2, -0x1.6c15c293eeb0dp-6,
  0x1.13bdde55c6cbfp-9};

// r coth(r / 2) in z = r^2, |r| <= log 2 / 2;
// relative error below 2^-39, the rounding of the coefficients included.
static const double SHORT_HALF_COTH[4] = {
  0x1.0000000001787p+1, 0x1.5555553cda527p-3, -0x1.6c15c293eeb0dp-9,
  0x1.13bdde55c6cbfp-14};

// e^r, |r| <= log 2 / 2;
// relative error below 2^-39, the rounding of the coefficients included.
static const double SHORT_EXP[9] = {
  0x1.0000000000000p+0, 0x1.ffffffffd382fp-1, 0x1.fffffffff71b2p-2,
  0x1.555555a279c87p-3, 0x1.555555742d965p-5, 0x1.1110809f385f6p-7,
  0x1.6c164de86dafdp-10, 0x1.a1aa939e677aep-13, 0x1.a15a600528a0fp-16};

// (e^r - 1) / r, |r| <= log 2 / 2;
// relative error below 2^-37, the rounding of the coefficients included.
static const double SHORT_EXPM1[8] = {
  0x1.fffffffff61ddp-1, 0x1.fffffffffe062p-2, 0x1.5555557e7777ep-3,
  0x1.55555565c7e0ep-5, 0x1.1110a6173845ep-7, 0x1.6c166bde96885p-10,
  0x1.a17e052cd2c8fp-13, 0x1.a136bf03ec612p-16};

// log((1 + s) / (1 - s)) / s in z = s^2, s <= 0.1716;
// relative error below 2^-37, the rounding of the coefficients included.
static const double SHORT_LOG[5] = {
  0x1.0000000004991p+1, 0x1.555554db60926p-1, 0x1.999a9bd409d19p-2,
  0x1.2432e793be597p-2, 0x1.e3aa7f87ec3e2p-3};

// pi in parts; the first is short, as those below.
#define SHORT_PI_1 0x1.921fb54400000p+1
#define SHORT_PI_2 0x1.0b4611a626331p-33

// sin r / r in z = r^2, |r| <= pi / 2;
// relative error below 2^-43, the rounding of the coefficients included.
static const double SHORT_SIN[7] = {
  0x1.ffffffffffe3ap-1, -0x1.5555555543b87p-3, 0x1.11111109ed2f3p-7,
  -0x1.a019fd480c31ap-13, 0x1.71dcf7ee7558fp-19, -0x1.ae043ee903382p-26,
  0x1.52e4bd2c5acacp-33};

// log(erfc x) / x, x <= 3.93, its error as that of erf x;
// relative error below 2^-41, the rounding of the coefficients included.
static const double SHORT_ERF[15] = {
  -0x1.20dd75042a10ap+0, -0x1.45f306dbfae7bp-1, -0x1.a4f4e35fd05ddp-4,
  0x1.3966b12aec24ap-6, 0x1.b61091851053bp-13, -0x1.bc47da72f1546p-10,
  0x1.3332bbbb13a97p-11, -0x1.226a94f456f76p-16, -0x1.42d05b590c66ap-14,
  0x1.68132629ee5eep-15, -0x1.c965b3b038e26p-17, 0x1.81cfd57cbc9fep-19,
  -0x1.ad39f51ee1c89p-22, 0x1.1eb461b0a78aep-25, -0x1.5d0e2e989c700p-30};

// log 2 and pi / 2 in parts; all but the last are short, so that products with small whole
// numbers are exact.
#define LOG2_E 0x1.71547652b82fep+0
#define LN2_1 0x1.62e42fefa2000p-1
#define LN2_2 0x1.9ef35793c7673p-41

#define TWO_OVER_PI 0x1.45f306dc9c883p-1
#define PI_2_1 0x1.921fb54400000p+0
#define PI_2_2 0x1.0b4611a600000p-34
#define PI_2_3 0x1.3198a2e000000p-69
#define PI_2_4 0x1.b839a252049c1p-104

#define PI_2_FULL_1 0x1.921fb54442d18p+0
#define PI_2_FULL_2 0x1.1a62633145c07p-54

// The binary digits of 2 / pi after the point, 64 a word, for reductions of large arguments.
static const uint64_t TWO_OVER_PI_DIGITS[20] = {
  0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
  0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
  0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f,
  0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b,
  0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
};

// Significands above this are halved before the table is read.
#define POW_HALVED 0x1.6bfffffffffffp+0

// For pow: 1 / c rounded to 9 bits and log c in two parts, the first a multiple of 2^-40, for c
// near the middle of the 64 parts of [sqrt(1/2), sqrt(2)) that bits 46 to 51 of the significand name.
typedef struct { double inverse, log_1, log_2; } pow_entry;
static const pow_entry POW_TABLE[64] = {
  {0x1.0000000000000p+0, 0x0.0p+0, 0x0.0p+0},
  {0x1.f400000000000p-1, 0x1.8492528c80000p-6, 0x1.957d173697cf3p-43},
  {0x1.ec00000000000p-1, 0x1.466aed42e0000p-5, -0x1.c167375bdfd28p-45},
  {0x1.e600000000000p-1, 0x1.aaef2d0fc0000p-5, -0x1.de07cb958897ap-42},
  {0x1.de00000000000p-1, 0x1.1973bd1460000p-4, 0x1.559b4553e4c2dp-42},
  {0x1.d800000000000p-1, 0x1.4d3115d200000p-4, 0x1.fab1769f42c78p-42},
  {0x1.d000000000000p-1, 0x1.9335e5d590000p-4, 0x1.2622b8757a8fbp-42},
  {0x1.ca00000000000p-1, 0x1.c885801bc0000p-4, 0x1.2c8da38cb559ap-42},
  {0x1.c400000000000p-1, 0x1.fe89139dc0000p-4, -0x1.54d3593e842bfp-43},
  {0x1.be00000000000p-1, 0x1.1aa2b7e240000p-3, -0x1.1ac38dde3b366p-44},
  {0x1.b800000000000p-1, 0x1.365fcb0158000p-3, 0x1.0162fa8234b73p-43},
  {0x1.b200000000000p-1, 0x1.527e5e4a18000p-3, 0x1.ac67d1cad2fb9p-42},
  {0x1.ac00000000000p-1, 0x1.6f0128b758000p-3, -0x1.5446379670878p-43},
  {0x1.a600000000000p-1, 0x1.8beafeb390000p-3, -0x1.73d54aae92cd1p-47},
  {0x1.a200000000000p-1, 0x1.9f6c407088000p-3, 0x1.664135a19605ep-43},
  {0x1.9c00000000000p-1, 0x1.bd087383c0000p-3, -0x1.3a9788b2a8257p-42},
  {0x1.9800000000000p-1, 0x1.d1037f2658000p-3, -0x1.0c253f3adb7b7p-42},
  {0x1.9200000000000p-1, 0x1.ef5ade4dd0000p-3, -0x1.a211565bb8e11p-51},
  {0x1.8e00000000000p-1, 0x1.01eae5626c000p-2, 0x1.a43dcfade85aep-44},
  {0x1.8800000000000p-1, 0x1.1178e82280000p-2, -0x1.b8421cc74be04p-42},
  {0x1.8400000000000p-1, 0x1.1bf99635a8000p-2, -0x1.46b2255d70849p-42},
  {0x1.8000000000000p-1, 0x1.269621134c000p-2, 0x1.b92783beb7677p-42},
  {0x1.7a00000000000p-1, 0x1.36b6776be0000p-2, 0x1.116ecdb0f177cp-42},
  {0x1.7600000000000p-1, 0x1.419b423d60000p-2, -0x1.738de489b78fbp-42},
  {0x1.7200000000000p-1, 0x1.4c9e09e174000p-2, -0x1.3c41123615b14p-42},
  {0x1.6e00000000000p-1, 0x1.57bf753c8c000p-2, 0x1.1fadedee5d40fp-42},
  {0x1.6a00000000000p-1, 0x1.630030b3ac000p-2, -0x1.3b6c47ce635c0p-42},
  {0x1.6600000000000p+0, -0x1.5767717454000p-2, -0x1.a6c549ab6ca0ep-42},
  {0x1.6200000000000p+0, -0x1.4be5f95778000p-2, 0x1.d7c92cd9ad824p-44},
  {0x1.5e00000000000p+0, -0x1.404308686c000p-2, 0x1.81c42f3ed820bp-42},
  {0x1.5b00000000000p+0, -0x1.3772662bfc000p-2, -0x1.85af254eb13f7p-42},
  {0x1.5700000000000p+0, -0x1.2b9303ab88000p-2, -0x1.d249da52809ebp-42},
  {0x1.5400000000000p+0, -0x1.22941fbcf8000p-2, 0x1.a6976f5eb0963p-44},
  {0x1.5000000000000p+0, -0x1.1675cababc000p-2, 0x1.9f1fc63382a8fp-42},
  {0x1.4d00000000000p+0, -0x1.0d46b579ac000p-2, 0x1.169bf04df8f0dp-43},
  {0x1.4900000000000p+0, -0x1.00e6c45ad4000p-2, -0x1.01cc68d52e012p-42},
  {0x1.4600000000000p+0, -0x1.ef0adcbdc8000p-3, 0x1.364d6f390d5e4p-42},
  {0x1.4300000000000p+0, -0x1.dc1bca0ac0000p-3, 0x1.3829f2ceb999dp-43},
  {0x1.4000000000000p+0, -0x1.c8ff7c79a8000p-3, -0x1.a21ac25d81ef3p-43},
  {0x1.3d00000000000p+0, -0x1.b5b519e8f8000p-3, -0x1.ad23744ffb834p-42},
  {0x1.3a00000000000p+0, -0x1.a23bc1fe28000p-3, -0x1.ab18c9b88d83dp-42},
  {0x1.3700000000000p+0, -0x1.8e928de888000p-3, 0x1.2bf55a7614696p-43},
  {0x1.3400000000000p+0, -0x1.7ab8902110000p-3, 0x1.37b720e4a694bp-42},
  {0x1.3100000000000p+0, -0x1.66acd42728000p-3, -0x1.6a86f6ff1b1e1p-42},
  {0x1.2e00000000000p+0, -0x1.526e5e3a18000p-3, -0x1.a1bd17200eb72p-42},
  {0x1.2b00000000000p+0, -0x1.3dfc2b0ed0000p-3, 0x1.ceb1ab3a8e7d8p-42},
  {0x1.2900000000000p+0, -0x1.303d718e48000p-3, 0x1.680b5ce3ecb05p-50},
  {0x1.2600000000000p+0, -0x1.1b72ad52f8000p-3, 0x1.85fd6f9fb971ap-43},
  {0x1.2300000000000p+0, -0x1.0671512ca8000p-3, 0x1.348eaf39b8148p-42},
  {0x1.2100000000000p+0, -0x1.f0a30c0110000p-4, -0x1.8a9985f325c5cp-42},
  {0x1.1e00000000000p+0, -0x1.c5e548f5c0000p-4, 0x1.c5e7514f4083fp-43},
  {0x1.1c00000000000p+0, -0x1.a926d3a4b0000p-4, 0x1.54e4d7a16eab2p-43},
  {0x1.1900000000000p+0, -0x1.7da766d7b0000p-4, -0x1.2cc844480c89bp-44},
  {0x1.1700000000000p+0, -0x1.60658a9370000p-4, -0x1.430ec77ba713ep-42},
  {0x1.1500000000000p+0, -0x1.42edcbea60000p-4, -0x1.1bc0eeea7c9adp-42},
  {0x1.1200000000000p+0, -0x1.16536eea30000p-4, -0x1.eb83a189705cfp-42},
  {0x1.1000000000000p+0, -0x1.f0a30c0120000p-5, 0x1.3ab33d066d1d2p-42},
  {0x1.0e00000000000p+0, -0x1.b42dd711a0000p-5, 0x1.1c827ae5d6705p-42},
  {0x1.0b00000000000p+0, -0x1.58a5bafc80000p-5, -0x1.c9a918d51ea59p-42},
  {0x1.0900000000000p+0, -0x1.1b0d989240000p-5, 0x1.3401e9ae889bbp-44},
  {0x1.0700000000000p+0, -0x1.b9fc027b00000p-6, 0x1.b9a010ae6922ap-44},
  {0x1.0500000000000p+0, -0x1.3cea443480000p-6, 0x1.5a8b10cb5a903p-42},
  {0x1.0300000000000p+0, -0x1.7dc475f800000p-7, -0x1.0a76dd2512f06p-43},
  {0x1.0000000000000p+0, 0x0.0p+0, 0x0.0p+0},
};

#endif
