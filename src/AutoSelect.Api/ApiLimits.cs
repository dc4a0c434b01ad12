namespace AutoSelect.Api;

/// <summary>What a caller may cost.</summary>
internal static class ApiLimits
{
    /// <summary>Most bytes of a body.</summary>
    public const int BodyBytes = 256 * 1024;

    /// <summary>Most bytes of all header fields together.</summary>
    public const int HeaderBytes = 16 * 1024;

    /// <summary>Most bytes of the request line.</summary>
    public const int LineBytes = 8 * 1024;

    /// <summary>Bytes a second below which a body is given up.</summary>
    public const double BodyBytesPerSecond = 240;

    /// <summary>How long a body may be slower.</summary>
    public static readonly TimeSpan BodyGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long the header may take.</summary>
    public static readonly TimeSpan HeaderTime = TimeSpan.FromSeconds(10);

    /// <summary>How long the TLS handshake may take, with the client's part of it.</summary>
    public static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(20);

    /// <summary>Most connections: each device has one or two.</summary>
    public const int Connections = 4096;

    /// <summary>Most jobs of a page.</summary>
    public const int PageSize = 1000;

    /// <summary>Most points of a curve in one answer.</summary>
    public const int CurvePoints = 10_000;

    /// <summary>Most hours of the devices' use.</summary>
    public const int UseHours = 24 * 7;

    /// <summary>Most jobs that one stream follows.</summary>
    public const int FollowedJobs = 32;

    /// <summary>Most characters of the id of a message of such a stream, which names each of them with a number.</summary>
    public const int StreamPosition = FollowedJobs * 160;

    /// <summary>Most candidates of a job.</summary>
    public const int Candidates = 1000;

    /// <summary>Most users of a project with limits of their own.</summary>
    public const int LimitedUsers = 1000;

    /// <summary>Most characters of a reason.</summary>
    public const int Reason = 500;

    /// <summary>Most characters of a submitter's own id.</summary>
    public const int SubmissionId = 128;

    /// <summary>Most characters of a device's id.</summary>
    public const int DeviceId = 100;

    /// <summary>Most characters of the name of a client that trains elsewhere.</summary>
    public const int ClientName = 64;

    /// <summary>Most characters of a name of a machine, a processor or a network.</summary>
    public const int MachineName = 255;

    /// <summary>Most characters of a path that a device tells.</summary>
    public const int Path = 4096;

    /// <summary>Plans that are made at a time: each may start a process that reads a data set.</summary>
    public const int Plans = 2;

    /// <summary>Plans that may wait for their turn.</summary>
    public const int WaitingPlans = 16;

    /// <summary>Jobs that schedulers are asked of at a time what they would be lent: each starts programs of theirs.</summary>
    public const int Foresights = 1;

    /// <summary>Such jobs that may wait for their turn.</summary>
    public const int WaitingForesights = 8;
}
