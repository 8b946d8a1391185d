using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Mandate.Aws;

namespace Mandate.Audit.Checkpoints;

/// <summary>Keeps each checkpoint as an object of an S3-compatible store, <c>prefix/tenant/size.checkpoint</c>, signed with AWS Signature Version 4.</summary>
public sealed class S3CheckpointSink(HttpClient client, S3CheckpointSinkOptions options) : IAuditCheckpointSink
{
    /// <inheritdoc/>
    public string Name => "s3";

    /// <inheritdoc/>
    public async Task PublishAsync(string tenant, AuditCheckpoint checkpoint, CancellationToken cancellation)
    {
        var (accessKeyId, secret) = await options.Credentials(cancellation).ConfigureAwait(false);
        var key = $"{options.Prefix}{TenantPath.Of(tenant)}/{checkpoint.Size.ToString("D20", CultureInfo.InvariantCulture)}{FileCheckpointSink.Extension}";
        // S3 signs the path encoded once, each part by itself.
        var path = "/" + string.Join('/', $"{options.Bucket}/{key}".Split('/').Select(Uri.EscapeDataString));
        var body = Encoding.UTF8.GetBytes(checkpoint.Note);
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(options.Endpoint, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        SignatureV4.Sign(request, body, new(accessKeyId, secret), options.Region, SignatureV4.S3, options.TimeProvider.GetUtcNow());
        using var response = await client.SendAsync(request, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }
}
