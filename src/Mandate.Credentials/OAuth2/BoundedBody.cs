namespace Mandate.Credentials.OAuth2;

/// <summary>Reads an answer of at most 1 MiB; a larger one is no token and must not fill the memory.</summary>
internal static class BoundedBody
{
    private const int Maximum = 1024 * 1024;

    /// <exception cref="TokenException">It is larger.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellation)
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
                    throw new TokenException(TokenErrorKind.InvalidResponse, "The token provider's answer is larger than 1 MiB, which no token is. Check its address.");
                body.Write(chunk, 0, read);
            }

            return body.GetBuffer().AsMemory(0, (int)body.Length);
        }
    }
}
