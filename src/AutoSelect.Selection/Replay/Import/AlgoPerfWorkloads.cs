using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>
/// The workloads of AlgoPerf v0.5 with their variants: validation targets, step hints and, in the external tuning ruleset, most
/// seconds of training on 8 V100. Source: Dahl et al., Benchmarking Neural Network Training Algorithms (arXiv:2306.07179), and the
/// workload definitions of mlcommons/algorithmic-efficiency (targets and step hints also in scoring/workload_targets.json of
/// mlcommons/submissions_algorithms). A variant has the budget and the step hint of its base workload.
/// </summary>
public static class AlgoPerfWorkloads
{
    public static ImmutableArray<AlgoPerfWorkload> All { get; } =
    [
        .. Family("criteo1tb", "loss", Direction.Minimize, 7_703, 10_666,
            ("", 0.123735), ("layernorm", 0.123757), ("embed_init", 0.129657), ("resnet", 0.12415)),
        .. Family("fastmri", "ssim", Direction.Maximize, 8_859, 18_094,
            ("", 0.723653), ("model_size", 0.723559), ("tanh", 0.71784), ("layernorm", 0.723284)),
        .. Family("imagenet_resnet", "accuracy", Direction.Maximize, 63_008, 195_999,
            ("", 0.77431), ("silu", 0.75445), ("gelu", 0.76765), ("large_bn_init", 0.76526)),
        .. Family("imagenet_vit", "accuracy", Direction.Maximize, 77_520, 167_999,
            ("", 0.77309), ("glu", 0.75738), ("post_ln", 0.75312), ("map", 0.77113)),
        .. Family("librispeech_conformer", "wer", Direction.Minimize, 61_068, 76_000,
            ("", 0.085884), ("attention_temperature", 0.109977), ("layernorm", 0.09731), ("gelu", 0.094114)),
        .. Family("librispeech_deepspeech", "wer", Direction.Minimize, 55_506, 38_400,
            ("", 0.119936), ("tanh", 0.150883), ("no_resnet", 0.131564), ("norm_and_spec_aug", 0.14342)),
        .. Family("ogbg", "mean_average_precision", Direction.Maximize, 18_477, 52_000,
            ("", 0.28098), ("gelu", 0.27771), ("silu", 0.282178), ("model_size", 0.269446)),
        .. Family("wmt", "bleu", Direction.Maximize, 48_151, 120_000,
            ("", 30.8491), ("post_ln", 30.0779), ("attention_temp", 29.3379), ("glu_tanh", 29.5779)),
    ];

    /// <summary>The workload of that name; null when the benchmark has none.</summary>
    public static AlgoPerfWorkload? Find(string name) => All.FirstOrDefault(w => w.Name == name);

    private static IEnumerable<AlgoPerfWorkload> Family(
        string family, string metric, Direction direction, double budget, double steps, params (string Variant, double Target)[] targets) =>
        targets.Select(t => new AlgoPerfWorkload(
            t.Variant.Length == 0 ? family : $"{family}_{t.Variant}", family, metric, direction, t.Target, budget, steps));
}
