using Google.Protobuf;
using Mandate.Protocol.Grpc.Framing;
using Mandate.Protocol.Grpc.Status;
using Microsoft.AspNetCore.Http;

namespace Mandate.Protocol.Grpc.Listening;

/// <summary>Writes the answer to one call. Nothing is flushed before the end, so message and trailers leave together.</summary>
internal sealed class CallAnswer(HttpContext context)
{
    private bool _messageBegun;
    private bool _abandoned;

    /// <summary>Answers OK with the message.</summary>
    internal void Succeed(IMessage response)
    {
        context.Response.ContentType = GrpcHeaders.ContentType;
        _messageBegun = true;
        FrameWriter.Write(context.Response.BodyWriter, response);
        context.Response.AppendTrailer(GrpcHeaders.Status, "0");
    }

    /// <summary>Answers with a status alone, in the response's only header block ("trailers-only").</summary>
    internal void Fail(RpcStatusCode code, string message, IReadOnlyList<IMessage> details)
    {
        if (_abandoned || _messageBegun)
        {
            // Half a message cannot be taken back: reset the stream, so that nobody takes it for an answer.
            Abandon();
            return;
        }

        var headers = context.Response.Headers;
        context.Response.ContentType = GrpcHeaders.ContentType;
        headers[GrpcHeaders.Status] = ((int)code).ToString();
        headers[GrpcHeaders.Message] = StatusMessage.Encode(message);
        if (StatusDetails.Encode(code, message, details) is { } encoded)
            headers[GrpcHeaders.StatusDetails] = encoded;
        if (code == RpcStatusCode.Unimplemented)
            headers[GrpcHeaders.AcceptEncoding] = GrpcHeaders.AcceptedEncodings;
    }

    /// <summary>Answers a call that was ended before its handler was done.</summary>
    internal void End(CallEnd end)
    {
        switch (end)
        {
            case CallEnd.DeadlinePassed:
                Fail(RpcStatusCode.DeadlineExceeded, "the call's deadline passed before it was answered", []);
                break;
            case CallEnd.Stopping:
                Fail(RpcStatusCode.Unavailable, "the server is stopping; call again", []);
                break;
            default:
                Abandon();
                break;
        }
    }

    /// <summary>Sends the answer.</summary>
    internal Task CompleteAsync() => _abandoned ? Task.CompletedTask : context.Response.CompleteAsync();

    private void Abandon()
    {
        _abandoned = true;
        context.Abort();
    }
}
