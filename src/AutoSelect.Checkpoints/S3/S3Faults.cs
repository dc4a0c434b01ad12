using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace AutoSelect.Checkpoints.S3;

/// <summary>What answers of servers mean. Messages are the same for the same fault, so that it is told once.</summary>
internal static class S3Faults
{
    public static CheckpointStoreException Explain(Exception e, S3Location location, string name)
    {
        var place = $"bucket '{location.Bucket}' of {location.Server}";
        return e switch
        {
            CheckpointStoreException told => told,
            AmazonS3Exception { ErrorCode: "NoSuchBucket" } =>
                new(CheckpointStoreFault.NoPlace, $"There is no {place}: create it.", e),
            AmazonS3Exception { StatusCode: HttpStatusCode.NotFound } =>
                new(CheckpointStoreFault.Missing, $"There is no '{location.Key(name)}' in {place}.", e),
            AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } denied =>
                new(CheckpointStoreFault.Denied,
                    $"The {place} refuses the credentials of this process ({Code(denied)}): give them the right to read, write, list "
                    + "and delete.", e),
            AmazonS3Exception answer when IsFull(answer) =>
                new(CheckpointStoreFault.Full, $"The {place} takes no more ({Code(answer)}): free space or raise its quota.", e),
            AmazonServiceException answer when answer.StatusCode != 0 =>
                new(CheckpointStoreFault.Unreachable, $"The {place} answers {(int)answer.StatusCode} ({Code(answer)}).", e),
            AmazonClientException credentials when IsOfCredentials(credentials) =>
                new(CheckpointStoreFault.Denied,
                    $"This process has no credentials for {place}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in the "
                    + "files of AWS.", e),
            _ => new(CheckpointStoreFault.Unreachable, $"The {place} cannot be reached: {Innermost(e).Message}", e),
        };
    }

    private static bool IsFull(AmazonS3Exception e) =>
        e.StatusCode is HttpStatusCode.InsufficientStorage or HttpStatusCode.RequestEntityTooLarge
            || e.ErrorCode is "QuotaExceeded" or "EntityTooLarge" or "InsufficientStorage" or "XMinioStorageFull" or "TooManyObjects";

    private static bool IsOfCredentials(AmazonClientException e) => e.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase);

    private static string Code(AmazonServiceException e) => string.IsNullOrEmpty(e.ErrorCode) ? $"HTTP {(int)e.StatusCode}" : e.ErrorCode;

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
