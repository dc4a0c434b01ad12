using AutoSelect.Contracts;
using AutoSelect.Host.Control;

namespace AutoSelect.Host.Views;

/// <summary>Shows a job while it runs.</summary>
internal interface IJobView
{
    /// <summary>
    /// Follows a job; the view is there while <paramref name="follow"/> runs, which shows all news by calling what it is given.
    /// </summary>
    Task Run(Func<Action<JobUpdate>, Task> follow);

    /// <summary>Says how the job was left, after <see cref="Run"/>.</summary>
    void Conclude(JobRecord last, Conclusion conclusion);
}

/// <summary>What is told when a job is no longer followed.</summary>
internal sealed record Conclusion
{
    public required int ExitCode { get; init; }

    /// <summary>How to go on with a job that has not ended.</summary>
    public string? ResumeWith { get; init; }

    /// <summary>Path of report.html; null where none was written.</summary>
    public string? Report { get; init; }
}
