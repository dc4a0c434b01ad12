namespace AutoSelect.Training.Programs;

/// <summary>What a run has taken since its first step, in seconds.</summary>
/// <param name="DeviceSeconds">Training.</param>
/// <param name="EvaluationSeconds">Evaluating, as far as the program tells it.</param>
/// <param name="OverheadSeconds">Starting, loading and saving.</param>
internal sealed record ProgramAccounts(double DeviceSeconds = 0, double EvaluationSeconds = 0, double OverheadSeconds = 0)
{
    public static ProgramAccounts operator +(ProgramAccounts a, ProgramAccounts b) => new(
        a.DeviceSeconds + b.DeviceSeconds, a.EvaluationSeconds + b.EvaluationSeconds, a.OverheadSeconds + b.OverheadSeconds);
}
