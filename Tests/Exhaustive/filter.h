// Values of the nine functions with a proven error, in arithmetic of their own: they share no
// code, table or polynomial with the kernels.
#ifndef ETUDE_FILTER_H
#define ETUDE_FILTER_H

// The relative error of every filter is below this for every finite x but zero inside the
// function's domain, or at the ends named in filter.c, beyond which the f32 results no longer
// change, the value is that of the end. A NaN says that a filter does not know.
#define FILTER_ERROR 0x1p-46

// Makes the tables; call once, before any filter.
void filter_prepare(void);

double filter_exp(float x);
double filter_expm1(float x);
double filter_log(float x);
double filter_log1p(float x);
double filter_sin(float x);
double filter_cos(float x);
double filter_tanh(float x);
double filter_sigmoid(float x);
double filter_erf(float x);

#endif
