using System.Collections.Immutable;
using AutoSelect.Api.Access;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Planning;
using AutoSelect.Planning.JobFiles;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Jobs;

/// <summary>Makes plans of what is submitted, a few at a time.</summary>
internal static class JobPlans
{
    public static readonly IProgress<Planning.Inspections.DataProgress> Silent = new Progress<Planning.Inspections.DataProgress>();

    /// <summary>Makes a plan and what is wanted of it, when it is its turn.</summary>
    /// <param name="call">With a job as its body.</param>
    /// <param name="text">The body.</param>
    /// <param name="use">What is wanted of the plan: reading earlier jobs costs as much as the plan.</param>
    /// <exception cref="ApiFaultException">It breaks rules, all of which are told; or too many wait.</exception>
    public static Task<T> Make<T>(ApiCall call, string text, Func<JobPlan, Task<T>> use)
    {
        var name = call.Query.Text("name");
        if (name is not null && !JobName.IsValid(name)) throw new ArgumentException($"name is '{name}': {JobName.Rule}.");
        var notify = call.Query.Text("notify");
        if (notify is not null && !HookAddress.IsValid(notify)) throw new ArgumentException($"notify is '{notify}': {HookAddress.Rule}.");
        var job = JobPlaces.Text(call, text, call.Query.Text("file") ?? "job");
        return call.Run.Planning.Take(
            call, async () => await use(AsAsked(call, Checked(call, await call.Parts.Planner.Plan(job, Silent, call.Aborted)))));
    }

    /// <summary>A plan that has been made.</summary>
    /// <exception cref="ApiFaultException">It breaks rules, all of which are told.</exception>
    public static JobPlan Checked(ApiCall call, JobPlanning planning)
    {
        if (planning.Plan is { } made) return made;
        JobPlaces.Note(call, planning.Errors);
        throw Refused(Notes(planning.Errors));
    }

    /// <summary>The plan with what the caller says beside the text.</summary>
    private static JobPlan AsAsked(ApiCall call, JobPlan plan)
    {
        if (plan.Spec.Candidates.Length > ApiLimits.Candidates)
        {
            var message = $"The job has {plan.Spec.Candidates.Length} candidates: it must have at most {ApiLimits.Candidates}.";
            throw Refused([new(1, "candidates", message)]);
        }
        var labels = plan.Spec.Labels.SetItems(call.Query.Pairs("label"));
        CheckLabels(labels);
        return plan with
        {
            Spec = plan.Spec with
            {
                Name = call.Query.Text("name") ?? plan.Spec.Name,
                Project = Project(call),
                Owner = call.Caller.Name,
                Labels = labels,
                Notify = call.Query.Text("notify") ?? plan.Spec.Notify,
                Priority = Priority(call) ?? plan.Spec.Priority,
            },
        };
    }

    public static ImmutableArray<JobNote> Notes(IEnumerable<JobFileError> errors) =>
        [.. errors.Select(e => new JobNote(e.Line, e.Path, e.Message, e.Value, e.Rule))];

    /// <summary>That of the query, else the caller's, else the default one.</summary>
    private static string Project(ApiCall call)
    {
        if (call.Query.Text("project") is not { } asked) return call.Caller.OnlyProject ?? JobSpec.DefaultProject;
        ProjectNames.Check(asked);
        return call.Caller.Covers(asked) ? asked : throw new ApiFaultException(StatusCodes.Status403Forbidden,
            $"project is '{asked}': the key '{call.Caller.Id}' is good for project {call.Caller.Project} alone.");
    }

    private static int? Priority(ApiCall call) => call.Query.Text("priority") is not { } asked ? null
        : JobPriority.Parse(asked) ?? throw new ArgumentException($"priority is '{asked}': {JobPriority.Rule}.");

    private static void CheckLabels(ImmutableSortedDictionary<string, string> labels)
    {
        if (labels.Count > JobLabels.Most)
            throw new ArgumentException($"The job has {labels.Count} labels: it must have at most {JobLabels.Most}.");
        foreach (var (name, text) in labels)
        {
            if (name.Length is < 1 or > JobLabels.LongestName)
                throw new ArgumentException($"A label's name is '{name}': it must be 1 to {JobLabels.LongestName} characters.");
            if (text.Length > JobLabels.LongestText)
                throw new ArgumentException($"Label {name} has {text.Length} characters: it must have at most {JobLabels.LongestText}.");
        }
    }

    public static ApiFaultException Refused(ImmutableArray<JobNote> errors) => new(StatusCodes.Status422UnprocessableEntity,
        errors.Length == 1 ? $"The job breaks a rule in line {errors[0].Line}: {errors[0].Message}"
            : $"The job breaks {errors.Length} rules, the first in line {errors[0].Line}: {errors[0].Message}")
    {
        Errors = errors,
    };
}
