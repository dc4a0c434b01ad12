using AutoSelect.Contracts;

namespace AutoSelect.Selection.Forecasting;

/// <summary>Forms a learning curve may take between its level and its gain.</summary>
internal enum CurveFamily
{
    /// <summary>(x + δ)^-α.</summary>
    Power,

    /// <summary>exp(-κx).</summary>
    Exponential,

    /// <summary>1 / log(e + κx).</summary>
    InverseLogarithm,

    /// <summary>exp(-(κx)^γ), Janoschek's or Weibull's curve.</summary>
    Janoschek,

    /// <summary>exp(-κx) + ωx: improves, then gets worse.</summary>
    Overfitting,

    /// <summary>
    /// A power law, and a share ω that falls with the root of the learning rate: what a decaying schedule gives away late.
    /// </summary>
    CoolDown,

    /// <summary>Stays where it is.</summary>
    LastValue,
}

/// <summary>
/// One member of the bank: a function φ of x, the fraction of the horizon done (0 to 1), that falls as training improves.
/// Level and gain are not part of it: they are integrated out by <see cref="CurvePosterior"/>.
/// </summary>
internal readonly record struct CurveShape(CurveFamily Family, double Rate, double Form, double PriorWeight)
{
    private const double Shift = 0.01;

    // A power law that falls by 1 over the run, so that the share of the cool-down is a share of the same thing.
    private readonly double last = Math.Pow(1 + Shift, -Rate);
    private readonly double fall = Math.Pow(Shift, -Rate) - Math.Pow(1 + Shift, -Rate);

    /// <summary>φ(x) under a schedule; the schedule matters to <see cref="CurveFamily.CoolDown"/> only.</summary>
    public double At(double x, ScheduleKind schedule, double warmup) => Family switch
    {
        CurveFamily.Power => Math.Pow(x + Form, -Rate),
        CurveFamily.Exponential => Math.Exp(-Rate * x),
        CurveFamily.InverseLogarithm => 1 / Math.Log(Math.E + Rate * x),
        CurveFamily.Janoschek => Math.Exp(-Math.Pow(Rate * x, Form)),
        CurveFamily.Overfitting => Math.Exp(-Rate * x) + Form * x,
        CurveFamily.CoolDown => (Math.Pow(x + Shift, -Rate) - last) / fall + Form * Math.Sqrt(LearningRate(x, schedule, warmup)),
        _ => 0,
    };

    /// <summary>Factor of the peak learning rate. The warm-up is left at 1: a rate that rises is no cool-down.</summary>
    private static double LearningRate(double x, ScheduleKind schedule, double warmup)
    {
        var progress = Math.Clamp((x - warmup) / Math.Max(1e-9, 1 - warmup), 0, 1);
        return schedule switch
        {
            ScheduleKind.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            ScheduleKind.Linear => 1 - progress,
            _ => 1,
        };
    }
}
