using System.Collections.Immutable;
using AutoSelect.Api.Access;
using AutoSelect.Api.Devices;
using AutoSelect.Api.Documents;
using AutoSelect.Api.Elsewhere;
using AutoSelect.Api.Hooks;
using AutoSelect.Api.Jobs;
using AutoSelect.Api.Keys;
using AutoSelect.Api.Metrics;
using AutoSelect.Api.Projects;
using AutoSelect.Api.Requests;
using AutoSelect.Api.Sessions;
using AutoSelect.Contracts;
using AutoSelect.Planning.Previews;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api;

/// <summary>All that can be asked for, and the role that it needs: the one table of both.</summary>
internal static class ApiOperations
{
    private static readonly ImmutableArray<string> JobText =
        ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/json"];

    private static readonly ImmutableArray<ApiParameter> Submission =
    [
        Text("name", "Name of the job, in place of the text's."),
        Text("file", "What the text is called: a job without a name is named after it."),
        Text("project", "Project of the job; default the key's own, else \"default\"."),
        Text("label", "NAME=TEXT; a label of the job.") with { IsRepeated = true },
        Text("notify", "Address that is told of the job's end, in place of the text's.", 2000),
        Text("priority", "low, normal, high, or a whole number from 0 to 10; default the text's, else normal.", most: 6),
    ];

    private static readonly ImmutableArray<string> Json = ["application/json"];

    private static readonly ApiParameter Since = Number("since", "Number of the last event that is known; default 0.");

    public static ImmutableArray<ApiOperation> All { get; } =
    [
        Read("listJobs", "/v1/jobs", "Jobs in order, a page at a time.", JobLists.List, typeof(JobList)) with
        {
            Parameters =
            [
                Words<JobPhase>("state", "Only jobs in one of these phases.") with { IsRepeated = true },
                Text("owner", "Only jobs of this owner."),
                Text("project", "Only jobs of this project."),
                Text("workload", "Only jobs of this workload."),
                Text("label", "NAME=TEXT; only jobs with this label.") with { IsRepeated = true },
                Text("labelled", "Only jobs with a label of this name, whatever its text.", JobLabels.LongestName),
                Text("name", "Only jobs whose id contains it."),
                Words<JobOrder>("by", "What the list is ordered by; default Submitted."),
                Flag("newest", "True for the newest first, or the greatest."),
                Number("size", "Most jobs of the page.", 1, ApiLimits.PageSize),
                Text("after", "Next of the page before."),
            ],
        },
        Change("submitJob", "POST", "/v1/jobs", KeyRole.Submitter, "Takes a job in, or tells all that is wrong with it.",
            Submissions.Submit, 201, typeof(SubmittedJob)) with
        {
            Takes = JobText,
            Parameters = [.. Submission, Text(Submissions.KeyHeader,
                "The submitter's own id of the call: repeated with the same body, it gets the same job.", ApiLimits.SubmissionId)
                with { IsHeader = true }],
            Refusals = [409, 413, 415, 422, 429],
        },
        Change("previewJob", "POST", "/v1/previews", KeyRole.Submitter, "What a job would do, without taking it in.",
            Submissions.Preview, 200, typeof(JobPreview)) with
        {
            Takes = JobText,
            Parameters = Submission,
            Refusals = [413, 415, 422, 429],
        },
        OfJob("describeJob", "", "A job without what its candidates have measured.", JobLists.Describe, typeof(JobDescription)),
        Change("deleteJob", "DELETE", "/v1/jobs/{job}", KeyRole.Submitter, "Removes a job that has ended or is paused, with its folder.",
            JobLists.Delete, 204) with
        { Gives = [], Refusals = [404, 409] },
        OfJob("listCandidates", "/candidates", "Where the candidates of a job stand.", JobStandings.Candidates,
            typeof(ImmutableArray<CandidateProgress>)),
        OfJob("readCurves", "/curves", "The learning curves of a job.", JobStandings.Curves, typeof(ImmutableArray<TrialCurve>)) with
        {
            Parameters =
            [
                Number("points", "Most points of a curve.", 1, ApiLimits.CurvePoints),
                Text("method", "How fewer points are chosen: lttb (largest triangle three buckets, default) or minmax (no peak is lost).")
                    with { Words = ["lttb", "minmax"] },
                Text("trial", "Only the curve of this trial."),
                Flag("columns", "True for points by column, to seven digits."),
            ],
        },
        OfJob("listForecasts", "/forecasts", "What was forecast at the latest rung, or at a given one.", JobStandings.Forecasts,
            typeof(ImmutableArray<RungForecasts>)) with
        { Parameters = [Number("rung", "Counted from 0."), Flag("each", "True for the newest forecast of each trial.")] },
        OfJob("listChances", "/chances", "The chances that each trial was given at each rung.", JobStandings.Chances,
            typeof(ChanceHistory)),
        OfJob("analyseJob", "/analysis", "Speed against accuracy, the baseline alone, and whether forecasts were right.",
            JobStandings.Analysis, typeof(JobAnalysis)),
        OfJob("listDecisions", "/decisions", "What was decided, rung by rung, without the forecasts.", JobStandings.Decisions,
            typeof(ImmutableArray<RungRecord>)) with
        { Parameters = [Number("since", "The first rung to tell of; default 0.")] },
        OfJob("followEvents", "/events", "The events of a job as they come, to its end.", EventStream.Follow, typeof(JobEvent)) with
        {
            Gives = [EventStream.JsonLines, EventStream.ServerSent],
            Parameters = [Since, Text("Last-Event-ID", "As server-sent events have it; counts before since.") with { IsHeader = true }],
        },
        OfJob("readLogs", "/logs", "The lines of this host's logs that name the job.", JobLogs.Read, null) with
        { Gives = ["text/plain"], Parameters = [Flag("follow", "True for lines as they come, until the job has ended.")] },
        OfJob("listCheckpoints", "/checkpoints", "The files of a job that can be downloaded.", JobCheckpoints.List,
            typeof(ImmutableArray<CheckpointFile>)),
        OfJob("downloadCheckpoint", "/checkpoints/{file}", "A file of a job, or the range of it that the Range header asks for.",
            JobCheckpoints.Download, null) with
        { Gives = ["application/octet-stream"], Refusals = [404, 416] },
        OfJob("exportJob", "/export", "The learning curves of a job as a recording (JSON lines) that a replay can read.",
            JobStandings.Export, null) with
        { Gives = ["application/jsonl"] },
        OfJob("exportWinner", "/winner", "The winner of a job: as a job file that trains it alone, or as C# that builds its strategy.",
            JobStandings.Winner, null) with
        {
            Gives = ["application/yaml", "text/plain"],
            Parameters = [Text("as", "yaml (default) or csharp.") with { Words = ["yaml", "csharp"] }],
            Refusals = [404, 409],
        },
        Request("pauseJob", "pause", "Asks a job to pause with checkpoints.", JobRequests.Pause),
        Request("resumeJob", "resume", "Asks a job to go on.", JobRequests.Resume),
        Request("cancelJob", "cancel", "Asks a job to end without a model.", JobRequests.Cancel),
        Request("stopTrial", "trials/{trial}/stop", "Asks a job to give a candidate up.", JobRequests.Stop),
        Request("commitTrial", "trials/{trial}/commit", "Asks a job to commit to a candidate whatever its policy would do.",
            JobRequests.Commit),
        Request("extendJob", "extend", "Puts another target or deadline in force for a job that has not ended.", JobRequests.Extend) with
        { Body = typeof(JobExtension) },
        Change("addCandidates", "POST", "/v1/jobs/{job}/candidates", KeyRole.Submitter,
            "Has a job try more candidates, or tells all that is wrong with them. The body is the part of a job file that makes them.",
            JobAdditions.Add, 202, typeof(AddedCandidates)) with
        { Takes = JobText, Refusals = [404, 409, 413, 415, 422, 429] },
        Change("askJob", "POST", "/v1/jobs/{job}/ask", KeyRole.Submitter,
            "Waits for a piece of a run to train elsewhere, of a job that says trained: elsewhere.", ElsewhereRoutes.Ask, 200,
            typeof(AskReply)) with
        {
            Takes = Json,
            Body = typeof(AskCall),
            Parameters = [Number("patience", "Longest wait, in seconds; default 0.", 0, DeviceProtocol.LongestPatience)],
            Otherwise = 204,
            Refusals = [404, 409, 413, 415],
            IsFrequent = true,
        },
        Change("tellJob", "POST", "/v1/jobs/{job}/tell", KeyRole.Submitter,
            "Tells how such a piece goes, and answers what its client is to do.", ElsewhereRoutes.Tell, 200, typeof(TellReply)) with
        { Takes = Json, Body = typeof(TellCall), Refusals = [404, 409, 413, 415], IsFrequent = true },
        Read("followAll", "/v1/events", "What happens to several jobs, to the list of jobs and to the devices, in one stream.",
            Happenings.Follow, typeof(Happening)) with
        {
            Gives = [EventStream.JsonLines, EventStream.ServerSent],
            Parameters =
            [
                Text("job", "JOB, or JOB:NUMBER with the last event that is known; the events of this job.") with { IsRepeated = true },
                Flag("jobs", "True for jobs of the list that are new or have changed."),
                Flag("devices", "True for devices and queue when they have changed."),
                Text("Last-Event-ID", "As server-sent events have it; its numbers count before those of job.", ApiLimits.StreamPosition)
                    with { IsHeader = true },
            ],
        },
        Read("listDevices", "/v1/devices", "The devices of the pool.", DeviceRoutes.Devices, typeof(ImmutableArray<PoolDevice>)),
        Change("registerDevice", "POST", "/v1/devices/{device}/sessions", KeyRole.Device,
            "Takes a device in whose process has started, or had lost the server.", DeviceSessions.Register, 201,
            typeof(RegisterReply)) with
        { Takes = Json, Body = typeof(DeviceRegistration), Refusals = [413, 415, 426] },
        Read("takeWork", "/v1/devices/{device}/sessions/{session}/work", "Waits for a segment to train.", DeviceSessions.NextWork,
            typeof(SegmentAssignment)) with
        {
            Needs = KeyRole.Device,
            Parameters = [Number("patience", "Longest wait, in seconds; default 0.", 0, DeviceProtocol.LongestPatience)],
            Otherwise = 204,
            Refusals = [409],
        },
        Change("reportSegment", "POST", "/v1/devices/{device}/sessions/{session}/reports", KeyRole.Device,
            "Tells how a segment goes, which renews the device's lease, and answers what it is to do.", DeviceSessions.Report, 200,
            typeof(ReportReply)) with
        { Takes = Json, Body = typeof(SegmentReport), Refusals = [409, 413, 415], IsFrequent = true },
        Change("endDeviceSession", "DELETE", "/v1/devices/{device}/sessions/{session}", KeyRole.Device,
            "Takes a device out whose process ends in order.", DeviceSessions.Leave, 204) with
        { Gives = [], Refusals = [409] },
        Change("meetRanks", "POST", "/v1/rendezvous/{group}", KeyRole.Device,
            "Tells where a rank of a group listens, and answers where all of them do once they have come.", DeviceSessions.Meet, 200,
            typeof(ImmutableArray<RankAddress>)) with
        { Takes = Json, Body = typeof(RankMeetingCall), Otherwise = 204, Refusals = [409, 413, 415], IsFrequent = true },
        Read("listLeases", "/v1/leases", "The leases in force.", DeviceRoutes.Leases, typeof(ImmutableArray<LeaseInForce>)),
        Read("listDeviceUse", "/v1/use", "When jobs trained on which devices, of late.", DeviceUses.List,
            typeof(ImmutableArray<DeviceStretch>)) with
        { Parameters = [Number("hours", "How far to look back; default 24.", 1, ApiLimits.UseHours)] },
        Read("listQueue", "/v1/queue", "What jobs ask of the pool, and why they wait.", DeviceRoutes.Queue,
            typeof(ImmutableArray<QueuedDemand>)),
        Read("listProjects", "/v1/projects", "What the caller's projects may use, and what they use.", ProjectRoutes.List,
            typeof(ImmutableArray<ProjectStanding>)),
        Read("describeProject", "/v1/projects/{project}", "What a project may use, and what it uses.", ProjectRoutes.Describe,
            typeof(ProjectStanding)),
        Change("limitProject", "PUT", "/v1/projects/{project}", KeyRole.Operator, "Sets what a project and the users in it may use.",
            ProjectRoutes.Limit, 200, typeof(ProjectStanding)) with
        { Takes = ["application/json"], Body = typeof(NewLimits), Refusals = [413, 415] },
        Change("beginSession", "POST", BrowserSessions.Path, KeyRole.Viewer, "Gives a browser a cookie in place of the caller's key.",
            SessionRoutes.Begin, 201, typeof(SessionDescription)) with
        { Refusals = [409] },
        Read("describeSession", BrowserSessions.Path, "Who the caller is.", SessionRoutes.Describe, typeof(SessionDescription)),
        Change("endSession", "DELETE", BrowserSessions.Path, KeyRole.Viewer, "Ends the session of the caller's cookie, if there is one.",
            SessionRoutes.End, 204) with
        { Gives = [] },
        Change("createSignInLink", "POST", BrowserSessions.Path + "/links", KeyRole.Viewer,
            "Makes a link that signs its first user in as the caller.", SessionRoutes.Link, 201, typeof(SignInLink)) with
        { Refusals = [409] },
        Read("listBorrowed", "/v1/borrowed", "The devices that are borrowed or asked for, and what is not asked for and why.",
            BorrowedRoutes.Borrowed, typeof(BorrowingStatus)),
        Read("listKeys", "/v1/keys", "The API keys of the caller's projects.", KeyRoutes.List, typeof(ImmutableArray<KeyDescription>)) with
        { Needs = KeyRole.Operator },
        Change("createKey", "POST", "/v1/keys", KeyRole.Operator, "Makes an API key, which is shown this once.", KeyRoutes.Create, 201,
            typeof(CreatedKey)) with
        { Takes = ["application/json"], Body = typeof(NewKey), Refusals = [413, 415] },
        Change("revokeKey", "DELETE", "/v1/keys/{key}", KeyRole.Operator, "Has an API key refused from now on.", KeyRoutes.Revoke, 200,
            typeof(KeyDescription)) with
        { Refusals = [404] },
        Read("readAudit", "/v1/audit", "The audit log: all that was changed, and all that was refused to a key, in order.",
            AuditRoutes.Read, typeof(AuditPage)) with
        {
            Needs = KeyRole.Operator,
            Parameters =
            [
                Number("after", "Next of the page before; default 0."), Number("size", "Most entries of the page.", 1, ApiLimits.PageSize),
            ],
        },
        Read("readHookSecret", "/v1/hook-secret", "What notices of the ends of a project's jobs are signed with.", HookSecrets.Show,
            typeof(HookSecret)) with
        { Needs = KeyRole.Operator, Parameters = [Text("project", "Which; default the key's own, else \"default\".")] },
        Read("readMetrics", "/v1/metrics", "The metrics of this silo, as Prometheus scrapes them.", MetricsRoutes.Read, null) with
        { Gives = ["text/plain", "application/openmetrics-text"], IsOfAllProjects = true },
        Read("describeApi", "/v1/openapi.json", "This document.", ApiDocument.Show, null),
    ];

    private static ApiOperation Read(
        string id, string path, string summary, Func<ApiCall, Task<IResult>> handle, Type? answer) => new()
        {
            Id = id,
            Method = "GET",
            Path = path,
            Needs = KeyRole.Viewer,
            Summary = summary,
            Handle = handle,
            Answer = answer,
        };

    private static ApiOperation OfJob(
        string id, string path, string summary, Func<ApiCall, Task<IResult>> handle, Type? answer) =>
        Read(id, "/v1/jobs/{job}" + path, summary, handle, answer) with { Refusals = [404] };

    private static ApiOperation Change(
        string id, string method, string path, KeyRole needs, string summary,
        Func<ApiCall, Task<IResult>> handle, int status, Type? answer = null) =>
        Read(id, path, summary, handle, answer) with { Method = method, Needs = needs, Status = status };

    private static ApiOperation Request(
        string id, string path, string summary, Func<ApiCall, Task<IResult>> handle) =>
        Change(id, "POST", "/v1/jobs/{job}/" + path, KeyRole.Submitter, summary, handle, 202) with
        { Takes = ["application/json"], Body = typeof(RequestReason), Gives = [], Refusals = [404, 409, 413, 415] };

    private static ApiParameter Text(string name, string description, int most = 500) =>
        new(name, ApiParameterKind.Text, description) { Maximum = most };

    private static ApiParameter Words<T>(string name, string description) where T : struct, Enum =>
        new(name, ApiParameterKind.Text, description) { Words = [.. Enum.GetNames<T>()] };

    private static ApiParameter Flag(string name, string description) => new(name, ApiParameterKind.Flag, description);

    private static ApiParameter Number(string name, string description, long minimum = 0, long maximum = long.MaxValue) =>
        new(name, ApiParameterKind.Number, description) { Minimum = minimum, Maximum = maximum };
}
