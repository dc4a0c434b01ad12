namespace AutoSelect.Contracts;

/// <summary>
/// One numbered thing that happened to a job. The events of a job are its whole truth: <c>JobFold</c> makes the record of them, at any
/// number, and nothing else is stored of a job but what is derived from them.
/// </summary>
/// <param name="Number">Counted from 1 in a job, without gaps.</param>
/// <param name="Time">When, by the clock of the control side.</param>
/// <param name="At">Seconds of the job's own clock: since its submission, without the time it was paused.</param>
/// <param name="Change">What happened.</param>
public sealed record JobEvent(long Number, DateTimeOffset Time, double At, JobChange Change);
