namespace Mandate.Credentials.OAuth2;

/// <summary>Reads an answer of at most 1 MiB; a larger one is neither token nor secret and must not fill the memory.</summary>
internal static class BoundedBody
{
    private const int Maximum = 1024 * 1024;

    /// <summary>Null when it is larger.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var body = new MemoryStream();
            var chunk = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(chunk, cancellation).ConfigureAwait(false)) > 0)
            {
                if (body.Length + read > Maximum)
                    return null;
                body.Write(chunk, 0, read);
            }

            return new(body.GetBuffer(), 0, (int)body.Length);
        }
    }
}
