using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary>The texts made from a job's record.</summary>
internal interface IJobDocuments
{
    /// <summary>A self-contained HTML page.</summary>
    string Report(JobRecord record);

    /// <summary>Why each candidate was paused, stopped or chosen.</summary>
    string Explanation(JobRecord record);

    /// <summary>A recording that a replay can read, one JSON document a line.</summary>
    IEnumerable<string> Recording(JobRecord record);
}
