using System.IO.Pipelines;

namespace Mandate.Protocol.Tests.Grpc.Framing;

/// <summary>A byte stream that arrives in the given pieces, each only after the one before was looked at.</summary>
internal static class SplitStream
{
    internal static async Task<TResult> ReadAsync<TResult>(byte[] bytes, IEnumerable<int> cuts, Func<PipeReader, Task<TResult>> read)
    {
        // A writer that pauses at one byte resumes when the reader has examined everything: no piece is merged with the next.
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 16, useSynchronizationContext: false));
        var writing = WriteAsync();
        try
        {
            return await read(pipe.Reader);
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
            await writing;
        }

        async Task WriteAsync()
        {
            var from = 0;
            foreach (var to in cuts.Append(bytes.Length))
            {
                await pipe.Writer.WriteAsync(bytes.AsMemory(from, to - from));
                from = to;
                await Task.Yield();
            }

            await pipe.Writer.CompleteAsync();
        }
    }
}
