using System.Text.RegularExpressions;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>What the path of a trial's measurements tells: …/SUBMISSION/study_I/WORKLOAD_FRAMEWORK/trial_J/….</summary>
/// <param name="Study">0 where there is no study folder.</param>
internal sealed partial record AlgoPerfTrialPath(string File, string Submission, int Study, string Workload, string Framework, int Trial)
{
    /// <exception cref="InvalidDataException">The folders are named otherwise.</exception>
    public static AlgoPerfTrialPath Parse(string file)
    {
        var folders = Path.GetFullPath(file).Split(Path.DirectorySeparatorChar)[..^1].Reverse().ToArray();
        var trial = Array.FindIndex(folders, f => TrialFolder().IsMatch(f));
        if (trial < 0) throw new InvalidDataException("in no folder trial_J: a trial has its own.");
        var workload = Array.FindIndex(folders, trial, f => WorkloadFolder().IsMatch(f));
        if (workload < 0)
            throw new InvalidDataException("in no folder WORKLOAD_jax or WORKLOAD_pytorch: it names the workload and the framework.");
        var study = workload + 1 < folders.Length ? StudyFolder().Match(folders[workload + 1]) : Match.Empty;
        var submission = folders.ElementAtOrDefault(workload + (study.Success ? 2 : 1));
        if (string.IsNullOrEmpty(submission))
            throw new InvalidDataException("in no folder above its workload or study: that names the submission.");
        var names = WorkloadFolder().Match(folders[workload]);
        return new AlgoPerfTrialPath(file, submission, study.Success ? int.Parse(study.Groups[1].Value) : 0,
            names.Groups[1].Value, names.Groups[2].Value, int.Parse(TrialFolder().Match(folders[trial]).Groups[1].Value));
    }

    [GeneratedRegex(@"^trial_(\d{1,9})$")]
    private static partial Regex TrialFolder();

    [GeneratedRegex("^(.+)_(jax|pytorch)$")]
    private static partial Regex WorkloadFolder();

    [GeneratedRegex(@"^study_(\d{1,9})$")]
    private static partial Regex StudyFolder();
}
