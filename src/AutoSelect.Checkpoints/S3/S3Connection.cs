using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace AutoSelect.Checkpoints.S3;

/// <summary>Connections to S3-compatible servers, by the subset of the protocol that all of them speak.</summary>
internal static class S3Connection
{
    /// <summary>The longest answer to one request: a part has to go through a slow line in it.</summary>
    private static readonly TimeSpan LongestRequest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A connection with the credentials of this process: of its environment, of the files of AWS, or of the machine it runs on.
    /// </summary>
    public static IAmazonS3 Open(S3Location location)
    {
        var config = new AmazonS3Config
        {
            // Names of buckets in host names need a DNS that few servers have.
            ForcePathStyle = true,
            // Other servers refuse the SDK's own checksums, or store them inside the object.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            Timeout = LongestRequest,
            ConnectTimeout = LongestConnect,
            // Whoever writes tries again himself, and says so.
            MaxErrorRetry = 1,
        };
        if (location.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = location.Region;
        }
        else config.RegionEndpoint = RegionEndpoint.GetBySystemName(location.Region);
        return new AmazonS3Client(config);
    }
}
