using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Segments;

/// <summary>Seconds spent by a trial since its first step, over all segments.</summary>
internal sealed class TrialAccounts
{
    public double DeviceSeconds { get; set; }
    public double EvaluationSeconds { get; set; }
    public double OverheadSeconds { get; set; }

    /// <summary>Thread-CPU seconds of training; NaN where not measured.</summary>
    public double CpuSeconds { get; set; }

    public void Save(StateDictionary state)
    {
        state.SetScalar("deviceSeconds", DeviceSeconds);
        state.SetScalar("evaluationSeconds", EvaluationSeconds);
        state.SetScalar("overheadSeconds", OverheadSeconds);
        state.SetScalar("cpuSeconds", CpuSeconds);
    }

    public void Load(StateDictionary state)
    {
        DeviceSeconds = state.GetScalar("deviceSeconds");
        EvaluationSeconds = state.GetScalar("evaluationSeconds");
        OverheadSeconds = state.GetScalar("overheadSeconds");
        CpuSeconds = state.GetScalar("cpuSeconds");
    }
}
