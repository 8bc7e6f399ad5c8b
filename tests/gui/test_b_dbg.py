import sys, time, threading, faulthandler
from tests.gui.test_segmenter_trouble import *
def test_x(plugin_window, qtbot):
    window, session = plugin_window, plugin_window.session
    t0=time.time()
    session.models.answered.connect(lambda r: print(round(time.time()-t0,2),'ANS',type(r).__name__, r.generation, getattr(r,'message','') ))
    click_and_wait(window, qtbot, 120, 90)
    print('first done', time.time()-t0, session.model_loading)
    session.click(-40, 90)
    qtbot.wait(3000)
    print('now', session.draft.prompt, session.draft.waiting, window.strip.label.text())
    faulthandler.dump_traceback(all_threads=True, file=open('/tmp/spec3/b_fault.txt','w'))
    qtbot.wait(3000)
    session.click(200,150)
    qtbot.wait(6000)
    print(time.time()-t0, session.draft.waiting)
    faulthandler.dump_traceback(all_threads=True, file=open('/tmp/spec3/b_fault2.txt','w'))
