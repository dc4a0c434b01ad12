namespace AutoSelect.Training.Programs;

/// <summary>What a run has taken since its first step, in seconds.</summary>
/// <param name="DeviceSeconds">Training.</param>
/// <param name="EvaluationSeconds">Evaluating, as far as the program tells it.</param>
/// <param name="OverheadSeconds">Starting, loading and saving.</param>
internal sealed record ProgramAccounts(double DeviceSeconds = 0, double EvaluationSeconds = 0, double OverheadSeconds = 0)
{
    public static ProgramAccounts operator +(ProgramAccounts a, ProgramAccounts b) => new(
        a.DeviceSeconds + b.DeviceSeconds, a.EvaluationSeconds + b.EvaluationSeconds, a.OverheadSeconds + b.OverheadSeconds);

    /// <summary>Between these and later ones.</summary>
    /// <param name="later">The later ones.</param>
    /// <param name="share">0 for these, 1 for the later ones.</param>
    public ProgramAccounts Towards(ProgramAccounts later, double share) => new(
        double.Lerp(DeviceSeconds, later.DeviceSeconds, share), double.Lerp(EvaluationSeconds, later.EvaluationSeconds, share),
        double.Lerp(OverheadSeconds, later.OverheadSeconds, share));
}
