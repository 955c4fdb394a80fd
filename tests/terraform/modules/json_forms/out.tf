output "all" {
  value = [local.a, local.b, local.c, local.d, local.e, local.f, local.g, local.h, local.i, local.j, local.k, local.l, local.m, local.n, local.o, local.p, local.q,
    local.r, local.t, local.u, local.v, local.w]
}
output "big" { value = "${local.s}x" }
output "untyped" { value = var.untyped }
output "typed" { value = var.typed }
