namespace AutoSelect.Contracts;

/// <summary>What a job's labels may be, and those that AutoSelect gives itself.</summary>
public static class JobLabels
{
    /// <summary>Most labels of a job.</summary>
    public const int Most = 32;

    /// <summary>Most characters of a label's name.</summary>
    public const int LongestName = 63;

    /// <summary>Most characters of a label's text.</summary>
    public const int LongestText = 255;

    /// <summary>Name of the campaign that a job is part of.</summary>
    public const string Campaign = "campaign";

    /// <summary>Number of its point, from 1.</summary>
    public const string Point = "point";

    /// <summary>Before the key of a parameter of the campaign's space; the text is the point's value.</summary>
    public const string Space = "space.";

    /// <summary><see cref="Learned"/> or <see cref="Original"/>; missing in a campaign that does not learn.</summary>
    public const string Learning = "learning";

    /// <summary>The job tries what earlier jobs of its campaign make likely.</summary>
    public const string Learned = "learned";

    /// <summary>The job is its campaign's template as it is.</summary>
    public const string Original = "original";

    /// <summary>Baseline of the job, as the template of its campaign names it; missing in a campaign that does not learn.</summary>
    public const string Baseline = "baseline";
}
