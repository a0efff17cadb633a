/*
 * Runs one GStreamer pipeline, read from file descriptor 3 until its end.
 *
 * gst-launch-1.0 takes a pipeline, and with it the SRT passphrase, from its arguments, where `ps` shows it; a pipe does not.
 * Everything else is as gst-launch: data may flow through fd 0 (fdsrc) and fd 1 (fdsink), text goes to fd 2, one event per line:
 *   ready                         the pipeline plays
 *   caller-added ADDR             (srtsrc, srtsink) a peer is connected
 *   caller-removed ADDR
 *   caller-refused ADDR           a second publisher while the first is connected (only the element named "single")
 *   error TEXT | eos              the pipeline has ended; exit code 1 | 0
 * SRT's own log lines (GST_DEBUG=srtlib:4) come on fd 2 as well. SIGTERM and SIGINT end it with exit code 0.
 */
#include <gio/gio.h>
#include <glib-unix.h>
#include <gst/gst.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static GMainLoop *loop;
static gint connected; /* peers of the element named "single"; touched from its threads */
static int result;

static void say(const char *event, GSocketAddress *address) {
  gchar *text = address ? g_socket_connectable_to_string(G_SOCKET_CONNECTABLE(address)) : g_strdup("-");
  g_printerr("%s %s\n", event, text);
  g_free(text);
}
static void added(GstElement *element, gint id, GSocketAddress *address, gpointer data) {
  g_atomic_int_inc(&connected);
  say("caller-added", address);
}
static void removed(GstElement *element, gint id, GSocketAddress *address, gpointer data) {
  g_atomic_int_add(&connected, -1);
  say("caller-removed", address);
}
/* srtsrc accepts a second publisher's handshake and then throws its data away; refusing tells that publisher the truth. */
static gboolean connecting(GstElement *element, GSocketAddress *address, const gchar *stream, gpointer data) {
  if (g_atomic_int_get(&connected) <= 0) return TRUE;
  say("caller-refused", address);
  return FALSE;
}
static gboolean stop(gpointer data) {
  g_main_loop_quit(loop);
  return G_SOURCE_CONTINUE;
}
static gboolean message(GstBus *bus, GstMessage *m, gpointer pipeline) {
  GError *error = NULL;
  GstState state;
  switch (GST_MESSAGE_TYPE(m)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error(m, &error, NULL);
      g_printerr("error %s: %s\n", GST_OBJECT_NAME(m->src), error->message);
      g_clear_error(&error);
      result = 1;
      g_main_loop_quit(loop);
      break;
    case GST_MESSAGE_EOS:
      g_printerr("eos\n");
      g_main_loop_quit(loop);
      break;
    case GST_MESSAGE_STATE_CHANGED:
      gst_message_parse_state_changed(m, NULL, &state, NULL);
      if (m->src == pipeline && state == GST_STATE_PLAYING) g_printerr("ready\n");
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}
static void watch_callers(const GValue *item, gpointer data) {
  GstElement *element = g_value_get_object(item);
  if (!g_signal_lookup("caller-added", G_OBJECT_TYPE(element))) return;
  g_signal_connect(element, "caller-added", G_CALLBACK(added), NULL);
  g_signal_connect(element, "caller-removed", G_CALLBACK(removed), NULL);
  if (g_str_equal(GST_OBJECT_NAME(element), "single"))
    g_signal_connect(element, "caller-connecting", G_CALLBACK(connecting), NULL);
}

int main(int argc, char **argv) {
  /* Without its relay it would only hold the port that the next one needs. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  gst_init(&argc, &argv);
  GString *text = g_string_new(NULL);
  char buffer[4096];
  for (ssize_t n; (n = read(3, buffer, sizeof buffer)) > 0;) g_string_append_len(text, buffer, n);
  close(3);
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch(text->str, &error);
  if (error || !GST_IS_BIN(pipeline)) {
    g_printerr("error pipeline: %s\n", error ? error->message : "nothing was given on file descriptor 3");
    return 1;
  }
  loop = g_main_loop_new(NULL, FALSE);
  GstIterator *elements = gst_bin_iterate_elements(GST_BIN(pipeline));
  gst_iterator_foreach(elements, watch_callers, NULL);
  gst_iterator_free(elements);
  gst_bus_add_watch(gst_element_get_bus(pipeline), message, pipeline);
  g_unix_signal_add(SIGTERM, stop, NULL);
  g_unix_signal_add(SIGINT, stop, NULL);
  gst_element_set_state(pipeline, GST_STATE_PLAYING);
  g_main_loop_run(loop);
  gst_element_set_state(pipeline, GST_STATE_NULL);
  return result;
}
