using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Api.Access;

/// <summary>Names of projects, which follow the rule of job names.</summary>
internal static class ProjectNames
{
    /// <exception cref="ArgumentException">It is no name of a project.</exception>
    public static string Check(string project) => JobName.IsValid(project) ? project
        : throw new ArgumentException($"project is '{project}': {JobName.Rule}.", nameof(project));
}
