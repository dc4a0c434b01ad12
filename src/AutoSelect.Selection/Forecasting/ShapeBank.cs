using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// The fixed, deterministic bank of shapes. A family's prior weight is divided evenly over its members, so that adding members
/// refines a family without preferring it.
/// </summary>
internal static class ShapeBank
{
    private static readonly ImmutableArray<CurveShape> Constant = Create(coolDown: 0);
    private static readonly ImmutableArray<CurveShape> Decaying = Create(coolDown: 0.45);

    /// <summary>The shapes for a schedule: cool-downs only where the learning rate decays.</summary>
    public static ImmutableArray<CurveShape> For(ScheduleKind schedule) => schedule == ScheduleKind.Constant ? Constant : Decaying;

    private static ImmutableArray<CurveShape> Create(double coolDown)
    {
        var shapes = ImmutableArray.CreateBuilder<CurveShape>();
        var plain = 1 - coolDown;
        Add(shapes, CurveFamily.Power, 0.35 * plain, Spaced(0.05, 3, 16), [0.001, 0.01, 0.05]);
        Add(shapes, CurveFamily.Exponential, 0.15 * plain, Spaced(0.7, 120, 24), [0]);
        Add(shapes, CurveFamily.InverseLogarithm, 0.1 * plain, Spaced(3, 3000, 10), [0]);
        Add(shapes, CurveFamily.Janoschek, 0.23 * plain, Spaced(0.7, 120, 14), [0.4, 0.6, 0.8, 1.5, 2.5]);
        Add(shapes, CurveFamily.Overfitting, 0.05 * plain, Spaced(4, 60, 6), [0.05, 0.15, 0.4, 1]);
        if (coolDown > 0) Add(shapes, CurveFamily.CoolDown, coolDown, Spaced(0.1, 2, 10), [0.02, 0.05, 0.1, 0.2, 0.35, 0.6]);
        shapes.Add(new CurveShape(CurveFamily.LastValue, 0, 0, 0.12 * plain));
        return shapes.ToImmutable();
    }

    private static void Add(ImmutableArray<CurveShape>.Builder shapes, CurveFamily family, double weight, double[] rates, double[] forms)
    {
        foreach (var rate in rates)
            foreach (var form in forms)
                shapes.Add(new CurveShape(family, rate, form, weight / (rates.Length * forms.Length)));
    }

    private static double[] Spaced(double from, double to, int count) =>
        [.. Enumerable.Range(0, count).Select(i => from * Math.Pow(to / from, i / (count - 1.0)))];
}
