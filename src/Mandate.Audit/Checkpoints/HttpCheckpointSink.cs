using System.Net.Mime;
using System.Text;

namespace Mandate.Audit.Checkpoints;

/// <summary>Posts each checkpoint's note, as plain text, to an address. Any 2xx answer means it is kept.</summary>
/// <param name="client">Sends the requests; what proves who sends them (a certificate, a header) is set up in it.</param>
/// <param name="address">Where to.</param>
public sealed class HttpCheckpointSink(HttpClient client, Uri address) : IAuditCheckpointSink
{
    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    public async Task PublishAsync(string tenant, AuditCheckpoint checkpoint, CancellationToken cancellation)
    {
        using var content = new StringContent(checkpoint.Note, Encoding.UTF8, MediaTypeNames.Text.Plain);
        using var response = await client.PostAsync(address, content, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }
}
